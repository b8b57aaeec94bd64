/** Holds bills of materials to the official schemas, and to what those leave to prose. Each function lists the problems. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import parseExpression from 'spdx-expression-parse';

const require = createRequire(import.meta.url);
const library = join(require.resolve('@cyclonedx/cyclonedx-library/package.json'), '../res/schema');
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

const validateCycloneDx = validator('bom-1.6', (ajv) => {
  // The library's copies refer to each other by file name.
  for (const name of ['spdx', 'jsf-0.82']) {
    const $id = `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`;
    ajv.addSchema({ ...read(join(library, `${name}.SNAPSHOT.schema.json`)), $id });
  }
  return ajv.compile(read(join(library, 'bom-1.6.SNAPSHOT.schema.json')));
});
const validateSpdx = validator('spdx-2.3', (ajv) =>
  ajv.compile(read(join(import.meta.dirname, '../schemas/spdx-2.3.json'))),
);

function validator(name: string, make: (ajv: Ajv) => ValidateFunction): (document: unknown) => string[] {
  let validate: ValidateFunction | undefined;
  return (document) => {
    if (!validate) {
      const ajv = new Ajv({ strict: false, allErrors: true });
      addFormats.default(ajv);
      // Two that ajv's own list lacks; the strings in question are checked below.
      for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
      validate = make(ajv);
    }
    if (validate(document)) return [];
    return validate.errors!.slice(0, 20).map((error) => `${name}: ${error.instancePath} ${error.message}`);
  };
}

export interface CycloneDx {
  serialNumber: string;
  metadata: { timestamp?: string; component: { 'bom-ref': string; name: string; purl?: string; version?: string } };
  components: {
    type: string;
    name: string;
    version?: string;
    purl?: string;
    'bom-ref': string;
    licenses?: { expression?: string; license?: { name?: string } }[];
    properties?: { name: string; value: string }[];
    evidence?: { occurrences: { location: string; additionalContext: string }[] };
  }[];
  compositions: { assemblies?: string[]; dependencies?: string[] }[];
}

/** The schema, then: references that lead somewhere, licences that parse, a place for whatever has a purl. */
export function cycloneDxProblems(text: string): string[] {
  const bom = JSON.parse(text) as CycloneDx;
  const problems = [...validateCycloneDx(bom), ...textProblems(text)];
  const refs = [bom.metadata.component['bom-ref'], ...(bom.components ?? []).map((item) => item['bom-ref'])];
  problems.push(...repeated(refs));
  for (const { assemblies = [], dependencies = [] } of bom.compositions)
    for (const ref of [...assemblies, ...dependencies]) if (!refs.includes(ref)) problems.push(`${ref} is nowhere`);
  for (const { type, purl, licenses = [], evidence, properties = [] } of bom.components ?? []) {
    if (type === 'operating-system') continue;
    if (!purl?.startsWith('pkg:')) problems.push(`${purl} is no purl`);
    if (!evidence?.occurrences.length) problems.push(`${purl} was seen nowhere`);
    if (!properties.some(({ name, value }) => name === 'tare:layer:diffID' && value.startsWith('sha256:')))
      problems.push(`${purl} names no layer`);
    for (const { expression } of licenses)
      if (expression !== undefined) problems.push(...expressionProblems(expression));
  }
  return problems;
}

export interface Spdx {
  documentNamespace: string;
  creationInfo: { created: string };
  packages: {
    SPDXID: string;
    name: string;
    versionInfo?: string;
    licenseDeclared: string;
    sourceInfo?: string;
    externalRefs?: { referenceLocator: string }[];
    primaryPackagePurpose: string;
  }[];
  hasExtractedLicensingInfos?: { licenseId: string; extractedText: string }[];
  relationships: { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[];
}

/** The schema, then: ids of the right letters, each once; references to licences that are explained; a purl and a layer. */
export function spdxProblems(text: string): string[] {
  const document = JSON.parse(text) as Spdx;
  const problems = [...validateSpdx(document), ...textProblems(text)];
  const ids = document.packages.map(({ SPDXID }) => SPDXID);
  problems.push(...repeated(ids), ...ids.filter((id) => !/^SPDXRef-[A-Za-z0-9.-]+$/.test(id)));
  if (document.documentNamespace.includes('#')) problems.push('the namespace holds #');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(document.creationInfo.created)) problems.push('created is no date');
  for (const { spdxElementId, relatedSpdxElement } of document.relationships)
    for (const id of [spdxElementId, relatedSpdxElement])
      if (id !== 'SPDXRef-DOCUMENT' && !ids.includes(id)) problems.push(`${id} is nowhere`);
  const explained = new Set((document.hasExtractedLicensingInfos ?? []).map(({ licenseId }) => licenseId));
  for (const { SPDXID, licenseDeclared, externalRefs, sourceInfo } of document.packages) {
    if (licenseDeclared !== 'NOASSERTION') problems.push(...expressionProblems(licenseDeclared));
    for (const [id] of licenseDeclared.matchAll(/LicenseRef-[A-Za-z0-9.-]+/g))
      if (!explained.has(id)) problems.push(`${id} is not explained`);
    if (!SPDXID.startsWith('SPDXRef-Package-')) continue;
    if (!externalRefs?.some(({ referenceLocator }) => referenceLocator.startsWith('pkg:')))
      problems.push(`${SPDXID} has no purl`);
    if (!/in layer \d+: sha256:/.test(sourceInfo ?? '')) problems.push(`${SPDXID} names no layer`);
  }
  return problems;
}

function expressionProblems(expression: string): string[] {
  try {
    parseExpression(expression);
    return [];
  } catch (error) {
    return [`${expression}: ${(error as Error).message}`];
  }
}

function textProblems(text: string): string[] {
  if (!text.endsWith('}\n')) return ['does not end in a newline'];
  const control = /(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.exec(text);
  return control ? [`holds U+${control[0].codePointAt(0)!.toString(16)}`] : [];
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name} stands twice`);
}
