namespace Provenance.Tests.Chain;

/// <summary>The client that needs no package.</summary>
public sealed class RpcChainTests(ChainFixture fixture) : ChainTests(fixture), IClassFixture<ChainFixture>;
