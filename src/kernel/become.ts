/** The supervisor gives up its rights for those of another user, for good. */
import type { ProcessUser } from './kernel.ts';

/** Why that was impossible, or null. All threads change; the memory is nobody else's to look into from then on. */
export const becomeUser = ({ uid, gid, groups }: ProcessUser): string | null => {
  try {
    setGroups(groups);
    process.setgid?.(gid);
    process.setuid?.(uid);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** User namespaces may forbid it; that does no harm where nothing would have changed. */
const setGroups = (groups: readonly number[]): void => {
  try {
    process.setgroups?.([...groups]);
  } catch (error) {
    const present = new Set(process.getgroups?.() ?? []);
    if (present.size !== new Set(groups).size || !groups.every((group) => present.has(group))) throw error;
  }
};
