/** All options of [program:x] that supervisord does not have, but for a few beside its own: read together, over the names of the section. */
import { activationOptions } from './activation-options.ts';
import { attributeOptions } from './attribute-options.ts';
import { healthOptions } from './health-options.ts';
import { hookOptions } from './hook-options.ts';
import type { Values } from './option.ts';
import { scheduleOptions } from './schedule-options.ts';
import { serviceOptions } from './service-options.ts';
import { stopOptions } from './stop-options.ts';
import { usageOptions } from './usage-options.ts';

export const beyondOptions = {
  ...serviceOptions,
  ...healthOptions,
  ...scheduleOptions,
  ...hookOptions,
  ...stopOptions,
  ...activationOptions,
  ...attributeOptions,
  ...usageOptions,
};

export type BeyondValues = Values<typeof serviceOptions> &
  Values<typeof healthOptions> &
  Values<typeof scheduleOptions> &
  Values<typeof hookOptions> &
  Values<typeof stopOptions> &
  Values<typeof activationOptions> &
  Values<typeof attributeOptions> &
  Values<typeof usageOptions>;
