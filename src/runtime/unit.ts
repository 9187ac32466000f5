/**
 * The unit of the host that a process belongs to, by the paths of its cgroups, the most telling first: systemd's
 * unit where there is one (systemd.slice(5): slices only group), otherwise the topmost cgroup. All that lies below is
 * the same unit: a service may divide itself as it likes.
 */
export function hostUnit(paths: readonly string[]): { unit: string; cgroup: string } {
  const path = paths.find((each) => each !== '/') ?? '/';
  const parts = path.split('/').slice(1);
  const found = unitAt(parts, 0);
  if (found === undefined) return { unit: parts[0] ?? '', cgroup: `/${parts[0] ?? ''}` };
  const manager = parts[found] ?? '';
  // A user's own manager names what is below as it likes: the unit's name shows whose it is.
  const own = /^user@\d+\.service$/.test(manager) ? unitAt(parts, found + 1) : undefined;
  const last = own ?? found;
  const unit = own === undefined ? manager : `${manager}/${parts[own]}`;
  return { unit, cgroup: `/${parts.slice(0, last + 1).join('/')}` };
}

/** Where the first unit stands from `start` on when only slices lead to it. */
function unitAt(parts: readonly string[], start: number): number | undefined {
  const index = parts.findIndex((part, at) => at >= start && !part.endsWith('.slice'));
  return /.\.(service|scope|socket|mount|swap)$/.test(parts[index] ?? '') ? index : undefined;
}
