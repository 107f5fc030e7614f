/** Owns the version that the command line names: the package's. */
import manifest from '../../package.json';

export const VERSION: string = manifest.version;
