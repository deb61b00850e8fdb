/** The supervisord personality against supervisord itself. These scenarios mostly wait, so many run side by side. */
import { compareThemes } from './compare.ts';
import { WAITING_THEMES } from './themes.ts';

compareThemes('tsinit as supervisord does what supervisord does', WAITING_THEMES, 12);
