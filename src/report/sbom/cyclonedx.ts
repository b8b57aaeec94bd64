/**
 * CycloneDX 1.6 as JSON. The model and its order are the standard's own library's; what version 10 of it has no place for
 * (where a component was seen, how complete the list is) is added to what it wrote.
 */
import { ComponentType, LicenseAcknowledgement } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, Component, LicenseExpression, NamedLicense, Property } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import type { SbomInput } from '../../types/sbom.ts';
import { harmless } from '../harmless.ts';
import { componentsOf, type SbomComponent } from './components.ts';
import type { Licence } from './licences.ts';

const types = {
  'os-package': ComponentType.Library,
  'language-package': ComponentType.Library,
  runtime: ComponentType.Platform,
} as const;

/** The same input gives the same bytes. */
export function renderCycloneDx(input: SbomInput): string {
  const bom = new Bom({ serialNumber: `urn:uuid:${input.uuid}` });
  if (input.dated) bom.metadata.timestamp = new Date(input.created);
  const { purl, name, digest } = input.image;
  const root = new Component(ComponentType.Container, name, {
    bomRef: purl ?? `image:${digest ?? input.uuid}`,
    ...(digest && { version: digest }),
    ...(purl && { purl }),
  });
  const tool = new Component(ComponentType.Application, 'tare', { bomRef: 'tool:tare', version: input.version });
  bom.metadata.tools.components.add(tool);
  bom.metadata.component = root;
  const { os, architecture } = input.image.platform;
  root.properties.add(new Property('tare:platform', `${os}/${architecture}`));
  for (const { index, diffID } of input.image.layers) root.properties.add(new Property(`tare:layer:${index}`, diffID));
  for (const reason of input.missing) root.properties.add(new Property('tare:missing', reason));
  const { distro } = input;
  if (distro && distro.id !== 'scratch') {
    const system = new Component(ComponentType.OperatingSystem, distro.id, {
      bomRef: `os:${distro.id}@${distro.versionId}`,
      ...(distro.versionId && { version: distro.versionId }),
      ...(distro.prettyName && { description: distro.prettyName }),
    });
    bom.components.add(system);
  }
  const places = new Map<string, SbomComponent['places']>();
  for (const component of componentsOf(input)) {
    bom.components.add(modelOf(component));
    places.set(component.purl, component.places);
  }
  const normalised = new Json.Normalize.Factory(Spec1dot6).makeForBom().normalize(bom, { sortLists: true });
  const document = normalised as unknown as Document;
  for (const component of document.components ?? []) {
    const seen = places.get(component['bom-ref']);
    if (seen) component.evidence = { occurrences: seen.map(occurrence) };
  }
  // An entry without dependsOn says "has none", which nobody looked up.
  delete document.dependencies;
  document.compositions = [
    { aggregate: 'unknown', assemblies: [root.bomRef.value!] },
    { aggregate: 'incomplete', dependencies: [root.bomRef.value!] },
  ];
  return `${harmless(JSON.stringify({ $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', ...document }, null, 2))}\n`;
}

/** The part of the document that is touched here. */
interface Document {
  components?: { 'bom-ref': string; evidence?: { occurrences: object[] } }[];
  dependencies?: unknown;
  compositions?: object[];
}

function modelOf({ kind, name, version, purl, licence, supplier, dev, places }: SbomComponent): Component {
  const component = new Component(types[kind], name, {
    bomRef: purl,
    purl,
    ...(version && { version }),
    ...(supplier && { publisher: supplier }),
  });
  if (licence) component.licenses.add(licenceModel(licence));
  const first = places[0]!;
  if (first.diffID) component.properties.add(new Property('tare:layer:diffID', first.diffID));
  component.properties.add(new Property('tare:layer:index', String(first.layer)));
  component.properties.add(new Property('tare:location', first.path));
  if (dev) component.properties.add(new Property('tare:development', 'true'));
  return component;
}

/** An expression where SPDX knows every part of it, else the words as stated: a reader finds no texts to our references. */
function licenceModel({ stated, expression, extracted }: Licence): LicenseExpression | NamedLicense {
  const model = extracted.size > 0 ? new NamedLicense(stated) : new LicenseExpression(expression);
  model.acknowledgement = LicenseAcknowledgement.Declared;
  return model;
}

function occurrence({ path, diffID, layer }: SbomComponent['places'][number]): object {
  return { location: path, additionalContext: diffID ? `layer ${layer}, ${diffID}` : `layer ${layer}` };
}
