/** Certificate authorities beside those that Node brings along, for whatever connects by TLS. Loaded when a configuration names some. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { NoPlainFile, readPlainFile } from '../files/plain-file.ts';

/** Twenty times what distributions ship. */
const LONGEST_FILE_BYTES = 4_194_304;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Trusts the certificates of a PEM file as well, in the place of those of an earlier call. Returns what went wrong, or null: then nothing has changed. */
export const trustFile = (path: string): string | null => {
  try {
    const own = new TextDecoder().decode(readPlainFile(path, LONGEST_FILE_BYTES)).match(CERTIFICATE) ?? [];
    if (own.length === 0) return `${path} holds no certificate; it should have lines such as -----BEGIN CERTIFICATE-----`;
    setDefaultCACertificates([...getCACertificates('bundled'), ...own]);
    return null;
  } catch (error) {
    if (error instanceof NoPlainFile) return `${path}: ${error.message}`;
    return error instanceof Error ? error.message : String(error);
  }
};
