/** What stands for each state of a desk, always beside its words. */
import { Check, Clock, Moon, type IconNode } from "@liyu/ui/icons";

import type { DutyState } from "./useDuty.ts";

export const STATE_ICONS: Record<DutyState, IconNode> = { free: Check, busy: Clock, away: Moon };
