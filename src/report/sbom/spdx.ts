/** SPDX 2.3 as JSON (specification, clauses 6 to 11). */
import type { SbomInput } from '../../types/sbom.ts';
import { uniquely } from '../counted.ts';
import { harmless } from '../harmless.ts';
import { componentsOf, type SbomComponent } from './components.ts';

const none = 'NOASSERTION';

/** A package of the document (clause 7): the image, its distribution, or a component. */
interface SpdxPackage {
  SPDXID: string;
  name: string;
  versionInfo?: string;
  supplier?: string;
  downloadLocation: typeof none;
  filesAnalyzed: false;
  checksums?: { algorithm: 'SHA256'; checksumValue: string }[];
  sourceInfo?: string;
  licenseConcluded: typeof none;
  licenseDeclared: string;
  copyrightText: typeof none;
  comment?: string;
  externalRefs?: { referenceCategory: 'PACKAGE-MANAGER'; referenceType: 'purl'; referenceLocator: string }[];
  primaryPackagePurpose: 'CONTAINER' | 'OPERATING_SYSTEM' | 'LIBRARY' | 'APPLICATION';
}

/** The same input gives the same bytes. */
export function renderSpdx(input: SbomInput): string {
  const components = componentsOf(input);
  const idOf = uniquely();
  const extracted = new Map<string, string>();
  const packages: SpdxPackage[] = [imagePackage(input)];
  const { distro } = input;
  if (distro && distro.id !== 'scratch')
    packages.push({
      SPDXID: 'SPDXRef-OperatingSystem',
      name: distro.id,
      ...(distro.versionId && { versionInfo: distro.versionId }),
      ...common,
      licenseDeclared: none,
      primaryPackagePurpose: 'OPERATING_SYSTEM',
    });
  for (const component of components) {
    const id = idOf(`SPDXRef-Package-${component.type}-${idPart(component.name)}-${idPart(component.version)}`);
    packages.push(packageOf(component, id, extracted));
  }
  const [image, ...rest] = packages as [SpdxPackage, ...SpdxPackage[]];
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: input.image.name,
    documentNamespace: `urn:uuid:${input.uuid}`,
    creationInfo: {
      created: input.created,
      creators: [`Tool: tare-${input.version}`],
      ...(!input.dated && { comment: 'The date is the image’s own: none was given, and the clock is not read.' }),
    },
    comment: [
      'Relationships between packages were not looked up: what a package depends on is not stated.',
      ...input.missing,
    ].join(' '),
    documentDescribes: [image.SPDXID],
    packages,
    ...(extracted.size > 0 && {
      hasExtractedLicensingInfos: [...extracted]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([licenseId, name]) => ({
          licenseId,
          name,
          extractedText: `The package manager names the licence "${name}"; its text is in the package.`,
        })),
    }),
    relationships: [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', image.SPDXID),
      ...rest.map(({ SPDXID }) => relationship(image.SPDXID, 'CONTAINS', SPDXID)),
    ],
  };
  return `${harmless(JSON.stringify(document, null, 2))}\n`;
}

/** What is the same for every package: nothing is downloaded, unpacked or concluded here. */
const common = {
  downloadLocation: none,
  filesAnalyzed: false,
  licenseConcluded: none,
  copyrightText: none,
} as const;

function imagePackage({ image }: SbomInput): SpdxPackage {
  const { name, digest, purl, platform, layers } = image;
  return {
    SPDXID: 'SPDXRef-Image',
    name,
    ...(digest && {
      versionInfo: digest,
      checksums: [{ algorithm: 'SHA256', checksumValue: digest.slice('sha256:'.length) }],
    }),
    ...common,
    licenseDeclared: none,
    sourceInfo: [
      `${platform.os}/${platform.architecture}`,
      ...layers.map(({ index, diffID }) => `layer ${index}: ${diffID}`),
    ].join('\n'),
    ...(purl && { externalRefs: [purlReference(purl)] }),
    primaryPackagePurpose: 'CONTAINER',
  };
}

function packageOf(component: SbomComponent, id: string, extracted: Map<string, string>): SpdxPackage {
  const { kind, name, version, purl, licence, supplier, dev, places } = component;
  return {
    SPDXID: id,
    name,
    ...(version && { versionInfo: version }),
    supplier: supplier ? `Organization: ${supplier}` : none,
    ...common,
    licenseDeclared: licence ? declared(licence.expression, licence.extracted, extracted) : none,
    sourceInfo: places.map(({ path, layer, diffID }) => `${path} in layer ${layer}: ${diffID ?? none}`).join('\n'),
    ...(dev && { comment: 'For development only, as its application says.' }),
    externalRefs: [purlReference(purl)],
    primaryPackagePurpose: kind === 'runtime' ? 'APPLICATION' : 'LIBRARY',
  };
}

/** A reference is the document's (10.1): one that another licence's words took already gets a number. */
function declared(expression: string, own: ReadonlyMap<string, string>, extracted: Map<string, string>): string {
  const renamed = new Map<string, string>();
  for (const [id, words] of own) {
    let free = id;
    for (let i = 2; extracted.has(free) && extracted.get(free) !== words; i++) free = `${id}-${i}`;
    extracted.set(free, words);
    renamed.set(id, free);
  }
  return expression.replace(/LicenseRef-[A-Za-z0-9.-]+/g, (id) => renamed.get(id) ?? id);
}

function purlReference(purl: string): NonNullable<SpdxPackage['externalRefs']>[number] {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

function relationship(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

/** Letters, digits, `.` and `-` are all that an id may hold (3.2). */
function idPart(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 100);
}
