/** Which commands there are. Loads nothing: the help, the completion and the man page follow it. */

/** Commands, as the help lists them. */
export const commands: readonly [name: string, usage: string, meaning: string][] = [
  ['scan', 'scan TARGET...', 'grade container images and say what to change'],
  ['lint', 'lint [PATH...]', 'check Dockerfiles before anything is built'],
  ['secrets', 'secrets PATH...', 'look for credentials in folders, files or standard input'],
  ['sbom', 'sbom TARGET', 'list what an image holds: CycloneDX, SPDX or a table'],
  ['init', 'init', 'write an options file, or check Dockerfiles at every commit'],
  ['diff', 'diff OLD NEW', 'say what got better and what got worse'],
  ['baseline', 'baseline TARGET...', 'write down what is found now, so that only what is new fails'],
  ['config', 'config [TARGET]', 'show the options in force and where each comes from; import ignore files'],
  ['rules', 'rules [ID|test FILE]', 'list the rules, explain one, or test those of a ruleset'],
  ['serve', 'serve', 'grade what is pushed to registries, and show it on a page'],
  ['worker', 'worker', 'grade images for a server, on this machine'],
  ['gate', 'gate', 'refuse pushes of images that fail, in front of any registry'],
  ['sweep', 'sweep REGISTRY', 'have a server grade all of a registry'],
  ['rescan', 'rescan', 'have a server grade anew what it knows'],
  ['completion', 'completion SHELL', 'complete commands and options in bash, zsh or fish'],
];
