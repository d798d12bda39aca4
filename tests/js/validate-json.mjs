// Holds JSON to schemas that are not ours. Standard input: one line each of {"schema":FILE,"pointer":"#/…","name":…,"document":…}.
// Standard output: one line for each document that breaks its schema. Used by SchemaOfAnswersTests.
import fs from 'node:fs';
import readline from 'node:readline';
import Ajv from 'ajv';

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
ajv.addFormat('uri', /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*$/);
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);

const validators = new Map();

/** Compiles the part of a schema file that a pointer names. */
function validatorFor(file, pointer) {
  const key = `${file}${pointer}`;
  if (!validators.has(key)) {
    const id = `file:///${encodeURIComponent(file)}`;
    if (!ajv.getSchema(id)) {
      const schema = JSON.parse(fs.readFileSync(file, 'utf8'));
      delete schema.$id;
      ajv.addSchema(schema, id);
    }
    validators.set(key, ajv.compile({ $ref: `${id}${pointer}` }));
  }
  return validators.get(key);
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { schema, pointer, name, document } = JSON.parse(line);
  const isValid = validatorFor(schema, pointer);
  if (!isValid(document)) {
    console.log(`${name}: ${ajv.errorsText(isValid.errors.slice(0, 5))}`);
  }
}
