/** A pod that Pod Security's level "restricted" accepts (Kubernetes, Pod Security Standards), for `kubectl apply`. */
import type { ImageReport } from '../../types/report.ts';
import { planOf, type RunPlan } from './plan.ts';
import { commentText, yamlText } from './quote.ts';

/** One YAML document for each image. */
export function suggestKubernetes(reports: readonly ImageReport[]): string {
  return reports.map((report) => `${lines(report).join('\n')}\n`).join('---\n');
}

function lines(report: ImageReport): string[] {
  const plan = planOf(report);
  const { image, name, windows, remarks } = plan;
  const title = `${report.target.name}: a pod for the level "restricted" of Pod Security, suggested by tare`;
  return [
    ...comments(0, [title, ...remarks.top]),
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    `  name: ${yamlText(name)}`,
    'spec:',
    '  automountServiceAccountToken: false',
    ...(windows ? windowsPod() : linuxPod(plan)),
    '  containers:',
    `    - name: ${yamlText(name)}`,
    `      image: ${yamlText(image)}`,
    ...container(plan),
    ...ports(plan),
    ...volumes(plan),
  ];
}

function linuxPod({ uid, gid, groups, lowPort, mounts, remarks }: RunPlan): string[] {
  return [
    '  securityContext:',
    '    runAsNonRoot: true',
    ...comments(4, remarks.user),
    `    runAsUser: ${uid}`,
    `    runAsGroup: ${gid}`,
    ...(groups.length > 0 ? [`    supplementalGroups: [${groups.join(', ')}]`] : []),
    ...(mounts.some(({ kind }) => kind === 'volume') ? [`    fsGroup: ${gid}`] : []),
    '    seccompProfile:',
    '      type: RuntimeDefault',
    ...(lowPort
      ? [
          ...comments(4, ['a port below 1024 without root: this lets every user of the pod listen on it']),
          '    sysctls:',
          '      - name: net.ipv4.ip_unprivileged_port_start',
          '        value: "0"',
        ]
      : []),
  ];
}

function windowsPod(): string[] {
  return [
    '  os:',
    '    name: windows',
    '  securityContext:',
    '    windowsOptions:',
    '      runAsUserName: ContainerUser',
  ];
}

function container({ windows, lowPort, remarks }: RunPlan): string[] {
  if (windows) return [];
  return [
    '      securityContext:',
    '        allowPrivilegeEscalation: false',
    ...comments(8, remarks.mounts),
    '        readOnlyRootFilesystem: true',
    '        capabilities:',
    '          drop: [ALL]',
    ...(lowPort ? ['          add: [NET_BIND_SERVICE]'] : []),
  ];
}

function ports({ ports, remarks }: RunPlan): string[] {
  if (ports.length === 0) return [];
  return [
    ...comments(6, remarks.ports),
    '      ports:',
    ...ports.flatMap(({ port, protocol }) => [`        - containerPort: ${port}`, `          protocol: ${protocol}`]),
  ];
}

function volumes({ mounts, windows }: RunPlan): string[] {
  if (mounts.length === 0 || windows) return [];
  return [
    '      volumeMounts:',
    ...mounts.flatMap(({ name, path, why, files }) => [
      ...comments(8, [why, ...(files > 0 ? [hidden(files)] : [])]),
      `        - name: ${yamlText(name)}`,
      `          mountPath: ${yamlText(`/${path}`)}`,
    ]),
    '  volumes:',
    ...mounts.flatMap(({ name, kind }) => [
      ...(kind === 'volume'
        ? comments(4, ['it is gone with the pod: take a persistentVolumeClaim for what must stay'])
        : []),
      `    - name: ${yamlText(name)}`,
      '      emptyDir: {}',
    ]),
  ];
}

function hidden(files: number): string {
  const many = files >= 10_000 ? `${files} files or more` : files === 1 ? '1 file' : `${files} files`;
  return `an empty volume hides ${many} of the image here: copy them in an init container if they are needed`;
}

function comments(indent: number, texts: readonly string[]): string[] {
  return texts.map((text) => `${' '.repeat(indent)}# ${commentText(text)}`);
}
