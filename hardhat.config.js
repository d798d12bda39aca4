const path = require('node:path');
require('@nomicfoundation/hardhat-ethers');
require('@nomicfoundation/hardhat-chai-matchers');
const { subtask } = require('hardhat/config');
const {
  TASK_COMPILE_SOLIDITY_CHECK_ERRORS,
  TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD,
  TASK_COMPILE_SOLIDITY_GET_SOURCE_PATHS,
} = require('hardhat/builtin-tasks/task-names');
const solc = require('solc/package.json');

// The compiler is the npm package, so its bytes are in the lock file and nothing is downloaded at compile time.
subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async ({ solcVersion }, _hre, runSuper) =>
  solcVersion === solc.version
    ? {
        version: solc.version,
        longVersion: require('solc').version(),
        compilerPath: require.resolve('solc/soljson.js'),
        isSolcJs: true,
      }
    : runSuper(),
);

subtask(TASK_COMPILE_SOLIDITY_CHECK_ERRORS, async ({ output, quiet }, _hre, runSuper) => {
  await runSuper({ output, quiet });
  const warnings = (output.errors ?? []).filter((found) => found.severity === 'warning');
  if (warnings.length > 0) {
    throw new Error(`Compiler warnings are errors here:\n${warnings.map((w) => w.formattedMessage).join('\n')}`);
  }
});

// Contracts that only tests need live beside them.
subtask(TASK_COMPILE_SOLIDITY_GET_SOURCE_PATHS, async (_args, { config }, runSuper) => [
  ...(await runSuper()),
  path.join(config.paths.tests, 'support', 'Probe.sol'),
]);

/** @type {import('hardhat/config').HardhatUserConfig} */
module.exports = {
  solidity: {
    version: solc.version,
    settings: {
      optimizer: { enabled: true, runs: 10000 },
      // The newest rules that every chain with a profile here has had from its start, private Besu networks too.
      // Later ones (PUSH0, MCOPY, transient storage) would save about 200 gas an anchor.
      evmVersion: 'paris',
      // A verifier knows the contract by the hash of its code: that hash depends on the code alone, not on comments or paths.
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['storageLayout'] } },
    },
  },
  paths: {
    sources: 'contracts',
    tests: 'tests/contracts',
    artifacts: 'contracts/.artifacts',
    cache: 'contracts/.cache',
  },
  mocha: { timeout: 60_000 },
};
