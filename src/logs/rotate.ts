/** Renames a full log file out of the way: f.N-1 to f.N and so on, f to f.1. Files that are missing are passed over. */
import { renameSync, unlinkSync } from 'node:fs';

/** Throws for anything but a missing file. Without backups the file is removed. */
export const rotateFiles = (path: string, backups: number): void => {
  if (backups <= 0) return tolerateMissing(() => unlinkSync(path));
  for (let index = backups - 1; index >= 1; index -= 1) tolerateMissing(() => renameSync(`${path}.${index}`, `${path}.${index + 1}`));
  tolerateMissing(() => renameSync(path, `${path}.1`));
};

const tolerateMissing = (act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
};
