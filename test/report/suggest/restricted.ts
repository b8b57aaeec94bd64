/**
 * The level "restricted" of the Pod Security Standards (Kubernetes, "Pod Security Standards", Baseline and Restricted
 * policies), over one parsed pod: what it forbids of it. Only what a pod can state is looked at.
 */

type Node = Record<string, unknown>;

const sysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
]);
const volumeTypes = new Set([
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'],
]);

/** Faults, none for a pod that is accepted. */
export function restrictedFaults(pod: Node): string[] {
  const faults: string[] = [];
  const fault = (wrong: boolean, text: string): void => void (wrong && faults.push(text));
  const spec = pod['spec'] as Node;
  const windows = (spec['os'] as Node | undefined)?.['name'] === 'windows';
  const own = (spec['securityContext'] ?? {}) as Node;
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC']) fault(Boolean(spec[name]), name);
  fault(Boolean((own['windowsOptions'] as Node | undefined)?.['hostProcess']), 'hostProcess');
  for (const { name } of (own['sysctls'] ?? []) as { name: string }[]) fault(!sysctls.has(name), `sysctl ${name}`);
  for (const volume of (spec['volumes'] ?? []) as Node[]) {
    const types = Object.keys(volume).filter((key) => key !== 'name');
    fault(types.length !== 1 || !volumeTypes.has(types[0]!), `volume ${types.join(' ')}`);
  }
  fault('seLinuxOptions' in own || 'appArmorProfile' in own, 'options of SELinux or AppArmor');
  for (const container of spec['containers'] as Node[]) {
    const context = (container['securityContext'] ?? {}) as Node;
    const either = (key: string): unknown => context[key] ?? own[key];
    for (const port of (container['ports'] ?? []) as Node[]) fault('hostPort' in port, 'hostPort');
    fault(Boolean(context['privileged']), 'privileged');
    fault('procMount' in context, 'procMount');
    if (windows) continue;
    const capabilities = (context['capabilities'] ?? {}) as { add?: string[]; drop?: string[] };
    fault(!capabilities.drop?.includes('ALL'), 'keeps capabilities');
    fault(
      (capabilities.add ?? []).some((name) => name !== 'NET_BIND_SERVICE'),
      'adds capabilities',
    );
    fault(context['allowPrivilegeEscalation'] !== false, 'allows privilege escalation');
    fault(either('runAsNonRoot') !== true, 'may run as root');
    fault(context['runAsUser'] === 0 || own['runAsUser'] === 0, 'runs as root');
    const profile = (either('seccompProfile') as Node | undefined)?.['type'];
    fault(profile !== 'RuntimeDefault' && profile !== 'Localhost', 'no seccomp profile');
  }
  return faults;
}
