// Every event that the plain API makes of its examples, held to GS1's own JSON Schema of EPCIS 2.0.
import Ajv from 'ajv';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { conformance } from './conformance.mjs';

const recorded = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '..', 'snapshots', 'step-events.json'), 'utf8'),
);

/** The schema as a function of a document; with the formats that it names. */
function schema() {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat('uri', /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/);
  ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/);
  return ajv.compile(JSON.parse(fs.readFileSync(conformance.path('epcis/gs1/spec/EPCIS-JSON-Schema.json'), 'utf8')));
}

const documentOf = (event) => ({
  '@context': event['@context'],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2026-11-21T15:00:00.000Z',
  epcisBody: { eventList: [event] },
});

describe('events of the plain API', { skip: conformance.missing }, () => {
  const isValid = conformance.missing ? null : schema();

  for (const [number, { step, event }] of recorded.entries()) {
    test(`${step}, event ${number + 1}, is valid by the schema of GS1`, () => {
      assert.ok(isValid(documentOf(event)), JSON.stringify(isValid.errors, null, 1));
    });
  }

  test('with a step, an action or an item of another kind would not be', () => {
    const { event } = recorded.find(({ step }) => step === 'ship');
    for (const wrong of [
      { bizStep: 'shipped' },
      { action: 'MOVE' },
      { quantityList: [{ epcClass: 7 }] },
      { eventTime: '2026-11-21' },
    ])
      assert.equal(isValid(documentOf({ ...event, ...wrong })), false, JSON.stringify(wrong));
  });
});
