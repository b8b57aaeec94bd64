import { describe, expect, test } from 'vitest';
import { languagePurl, osPurl, purl } from '../../src/facts/purl.ts';

describe('package URLs', () => {
  test('escape what the specification says, and plus', () => {
    expect(purl({ type: 'deb', namespace: 'debian', name: 'libstdc++6', version: '1:2.0+b1~rc(1)' })).toBe(
      'pkg:deb/debian/libstdc%2B%2B6@1:2.0%2Bb1~rc%281%29',
    );
    expect(purl({ type: 'NPM', namespace: '@scope', name: 'a b', version: '1' })).toBe('pkg:npm/%40scope/a%20b@1');
    expect(purl({ type: 'golang', namespace: 'github.com/x', name: 'y', version: '' })).toBe(
      'pkg:golang/github.com/x/y',
    );
    expect(purl({ type: 'generic', name: 'é\ud800', version: '1' })).toBe('pkg:generic/%C3%A9%EF%BF%BD@1');
  });

  test('sort qualifiers and leave out empty ones', () => {
    expect(
      purl({ type: 'apk', name: 'x', qualifiers: { distro: 'alpine-3', arch: 'x86_64', epoch: '', none: undefined } }),
    ).toBe('pkg:apk/x?arch=x86_64&distro=alpine-3');
  });

  test('name the distribution, or the usual one where it is unknown', () => {
    const ubuntu = { id: 'ubuntu', idLike: [], name: '', versionId: '24.04', prettyName: '', distroless: false };
    expect(osPurl('deb', 'Bash', '5', 'amd64', ubuntu)).toBe('pkg:deb/ubuntu/bash@5?arch=amd64&distro=ubuntu-24.04');
    expect(osPurl('deb', 'bash', '5', '', { ...ubuntu, versionId: '' })).toBe('pkg:deb/ubuntu/bash@5?distro=ubuntu');
    expect(osPurl('apk', 'musl', '1', 'aarch64', undefined)).toBe('pkg:apk/alpine/musl@1?arch=aarch64');
    expect(osPurl('alpm', 'Pacman', '1:6-1', 'x86_64', undefined)).toBe('pkg:alpm/arch/pacman@1:6-1?arch=x86_64');
    expect(osPurl('opkg', 'libc', '1', 'mips', undefined)).toBe('pkg:opkg/libc@1?arch=mips');
  });

  test('of an rpm keep the case of its name, set its epoch apart, and go by the vendor’s name', () => {
    const distro = { id: 'rhel', idLike: [], name: '', versionId: '9.4', prettyName: '', distroless: false };
    const purlOf = (version: string, id = 'rhel') => osPurl('rpm', 'GConf2', version, 'x86_64', { ...distro, id });
    expect(purlOf('1:3-1.el9')).toBe('pkg:rpm/redhat/GConf2@3-1.el9?arch=x86_64&distro=rhel-9.4&epoch=1');
    expect(purlOf('3-1', 'opensuse-leap')).toBe('pkg:rpm/opensuse/GConf2@3-1?arch=x86_64&distro=opensuse-leap-9.4');
    expect(purlOf('3-1', 'fedora')).toBe('pkg:rpm/fedora/GConf2@3-1?arch=x86_64&distro=fedora-9.4');
    expect(osPurl('rpm', 'x', '1-1', '', undefined)).toBe('pkg:rpm/x@1-1');
  });

  test('of language packages split and case names as each type has it', () => {
    expect(languagePurl('npm', '@Babel/Core', '7.0.0+x')).toBe('pkg:npm/%40babel/core@7.0.0%2Bx');
    expect(languagePurl('npm', '@odd', '1')).toBe('pkg:npm/%40odd@1');
    expect(languagePurl('maven', 'org.apache.commons:commons-text', '1.9')).toBe(
      'pkg:maven/org.apache.commons/commons-text@1.9',
    );
    expect(languagePurl('maven', 'log4j', '1.2.17')).toBe('pkg:maven/log4j@1.2.17');
    expect(languagePurl('golang', 'github.com/Azure/go-c++', 'v1.0.0+incompatible')).toBe(
      'pkg:golang/github.com/azure/go-c%2B%2B@v1.0.0%2Bincompatible',
    );
    expect(languagePurl('golang', 'stdlib', '1.22.1')).toBe('pkg:golang/stdlib@1.22.1');
    expect(languagePurl('pypi', 'Zope.Interface_X', '5')).toBe('pkg:pypi/zope.interface-x@5');
    expect(languagePurl('gem', 'nokogiri', '1.15.0', 'x86_64-linux')).toBe(
      'pkg:gem/nokogiri@1.15.0?platform=x86_64-linux',
    );
    expect(languagePurl('composer', 'Acme/Lib', 'v1')).toBe('pkg:composer/acme/lib@v1');
    expect(languagePurl('nuget', 'Newtonsoft.Json', '13.0.1')).toBe('pkg:nuget/Newtonsoft.Json@13.0.1');
    expect(languagePurl('cargo', 'serde', '')).toBe('pkg:cargo/serde');
  });
});
