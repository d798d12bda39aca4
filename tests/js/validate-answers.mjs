// Holds whole answers to an OpenAPI description that is not ours: status, media type, body and headers.
// Standard input: one line each of {"description":FILE,"name":…,"path":"/events/{eventID}","method":"get","status":200,"headers":{…},"mediaType":…,"body":…}.
// Standard output: one line for each fault. Used by DescriptionOfAnswersTests.
import fs from 'node:fs';
import readline from 'node:readline';
import Ajv from 'ajv';

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
ajv.addFormat('uri', /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*$/);
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);

// There only while a next page is.
const OF_PAGES = ['Link', 'GS1-Next-Page-Token-Expires'];

/** What contradicts itself in GS1's description of EPCIS 2.0.0, put right by its own examples and text. */
function mend(description) {
  const { responses, schemas } = description.components;
  const each = (response, change) =>
    Object.values(response.content).forEach((content) => change(content.schema.allOf[0].properties));
  each(responses['409ResourceAlreadyExistsException'], (p) => (p.status.enum = [409])); // says 406
  each(responses['404ResourceNotFound'], (p) => p.type.enum.push('epcisException:NoSuchResourceException')); // its example has it
  // One of "errors" and "errorFile", but requires neither, so that an answer that has one or none fits both.
  const ends = schemas.CaptureJob.allOf[1];
  schemas.CaptureJob.allOf[1] = { anyOf: ends.oneOf };
  // Described as a list, and shown in the example as one query.
  const one = description.paths['/queries/{queryName}'].get.responses['200'].content['application/json'];
  one.schema = one.schema.items;
  // A problem is application/problem+json everywhere but here.
  const issues = responses['400SubscriptionIssues'].content;
  issues['application/problem+json'] = issues['application/json'];
  responses['400SubscriptionIssues'].content = issues;
  // Left out where bodies are sent all the same.
  const queries = description.paths['/queries'].post.responses;
  queries['400'] ??= { $ref: '#/components/responses/400QueryIssues' };
  description.paths['/events'].get.responses['400'] ??= { $ref: '#/components/responses/400QueryIssues' };
  description.paths['/events'].get.responses['413'] ??= { $ref: '#/components/responses/413QueryScopeOrSize' };
  for (const path of [
    '/eventTypes',
    '/epcs',
    '/bizSteps',
    '/bizLocations',
    '/readPoints',
    '/dispositions',
    '/queries',
    '/capture',
  ]) {
    description.paths[path].get.responses['400'] ??= { $ref: '#/components/responses/400QueryIssues' };
  }
  description.paths['/queries/{queryName}/subscriptions'].post.responses['400'] ??= {
    $ref: '#/components/responses/400SubscriptionIssues',
  };
  // The patterns of a schedule's fields are regular expressions of another language.
  for (const schema of Object.values(schemas)) {
    if (schema.pattern?.includes('\\g<')) {
      delete schema.pattern;
    }
  }
  return description;
}

const descriptions = new Map();

function load(file) {
  if (!descriptions.has(file)) {
    const description = mend(JSON.parse(fs.readFileSync(file, 'utf8')));
    const id = `file:///${encodeURIComponent(file)}`;
    ajv.addSchema(description, id);
    descriptions.set(file, { description, id, validators: new Map() });
  }
  return descriptions.get(file);
}

const escape = (name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Follows $ref, and says where it ended. */
function resolve(description, pointer, value) {
  while (value?.$ref) {
    const names = value.$ref.slice(2).split('/');
    pointer = '#/' + names.map(escape).join('/');
    value = names.reduce((at, name) => at?.[name], description);
  }
  return { pointer, value };
}

function errors(file, pointer, data) {
  const { id, validators } = load(file);
  if (!validators.has(pointer)) {
    validators.set(pointer, ajv.compile({ $ref: id + pointer }));
  }
  const isValid = validators.get(pointer);
  return isValid(data) ? null : ajv.errorsText(isValid.errors.slice(0, 5));
}

function* headerFaults(file, pointer, response, headers) {
  for (const [name, given] of Object.entries(response.headers ?? {})) {
    const text = headers[name.toLowerCase()];
    if (text === undefined) {
      if (!OF_PAGES.includes(name)) {
        yield `header ${name} is missing`;
      }
      continue;
    }
    const header = resolve(load(file).description, `${pointer}/headers/${escape(name)}`, given);
    const { value: schema } = resolve(load(file).description, '', header.value.schema);
    if (schema.type === 'object') {
      continue; // written as name=value, which is no JSON
    }
    const value =
      name === 'Link' ? text.match(/^<([^>]*)>; rel="next"$/)?.[1] : schema.type === 'integer' ? Number(text) : text;
    const fault = errors(file, `${header.pointer}/schema`, value);
    if (fault) {
      yield `header ${name} (${text}): ${fault}`;
    }
  }
}

function* faultsOf({ description: file, path, method, status, headers, mediaType, body }) {
  const { description } = load(file);
  const operation = description.paths[path]?.[method];
  const given = operation?.responses[status];
  if (!given) {
    yield `no answer ${status} is described`;
    return;
  }
  const start = `#/paths/${escape(path)}/${method}/responses/${status}`;
  const { pointer, value: response } = resolve(description, start, given);
  yield* headerFaults(file, pointer, response, headers);
  if (!response.content) {
    if (body !== null) {
      yield 'has a body, and none is described';
    }
    return;
  }
  if (!response.content[mediaType]) {
    yield `${mediaType} is none of ${Object.keys(response.content)}`;
    return;
  }
  const fault = errors(file, `${pointer}/content/${escape(mediaType)}/schema`, body);
  if (fault) {
    yield fault;
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const answer = JSON.parse(line);
  for (const fault of faultsOf(answer)) {
    console.log(`${answer.name}: ${answer.method} ${answer.path} ${answer.status}: ${fault}`);
  }
}
