/** Renames a full log file out of the way: f.N-1 to f.N and so on, f to f.1. Files that are missing are passed over. */
import { removePlace, renamePlace } from '../../kernel/files/places.ts';
import type { PlaceNative } from '../../kernel/files/places.ts';

/** Throws for anything but a missing file. Without backups the file is removed. */
export const rotateFiles = (native: PlaceNative, path: string, backups: number): void => {
  if (backups <= 0) return tolerateMissing(() => removePlace(native, path));
  for (let index = backups - 1; index >= 1; index -= 1) tolerateMissing(() => renamePlace(native, `${path}.${index}`, `${path}.${index + 1}`));
  tolerateMissing(() => renamePlace(native, path, `${path}.1`));
};

const tolerateMissing = (act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
};
