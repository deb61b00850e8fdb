/** The same for what clients and listeners in Python see: each command is a process that computes for a while, so few run side by side. */
import { compareThemes } from './compare.ts';
import { CLIENT_THEMES } from './themes.ts';

compareThemes("tsinit answers supervisord's clients and listeners as supervisord does", CLIENT_THEMES, 4);
