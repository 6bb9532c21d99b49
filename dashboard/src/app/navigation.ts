//! The places of the dashboard, for the rail, the palette and the shortcuts.

import {
  Activity,
  Box,
  Fingerprint,
  Gauge,
  House,
  KeyRound,
  ScrollText,
  Settings,
  ShieldCheck,
  ShieldQuestion,
  Users,
  type LucideIcon,
} from "lucide-react";
import type { OperationName } from "@/api/operations";

/** A place of the dashboard. */
export interface Place {
  label: string;
  /** Path below the workspace. */
  to:
    | "/$ws"
    | "/$ws/apis"
    | "/$ws/keys"
    | "/$ws/identities"
    | "/$ws/access/roles"
    | "/$ws/access/permissions"
    | "/$ws/ratelimits"
    | "/$ws/audit"
    | "/$ws/explain"
    | "/$ws/root-keys"
    | "/$ws/settings/workspace"
    | "/$ws/settings/people"
    | "/$ws/settings/sessions";
  icon: LucideIcon;
  /** The letter after `g`. */
  letter?: string;
  /** What one must be able to do, else the place shows a lock. */
  needs?: OperationName;
  /** The prefix that marks the place as the present one. */
  under?: string;
}

/** The rail, in groups. */
export const rail: readonly (readonly Place[])[] = [
  [
    { label: "Home", to: "/$ws", icon: House, letter: "h" },
    { label: "APIs", to: "/$ws/apis", icon: Box, letter: "a", needs: "apis.listApis" },
    { label: "Keys", to: "/$ws/keys", icon: KeyRound, letter: "k", needs: "keys.listKeys" },
    { label: "Identities", to: "/$ws/identities", icon: Users, letter: "i", needs: "identities.listIdentities" },
    { label: "Access", to: "/$ws/access/roles", icon: ShieldCheck, needs: "permissions.listRoles", under: "access" },
    { label: "Rate limits", to: "/$ws/ratelimits", icon: Gauge, letter: "r", needs: "ratelimit.listNamespaces" },
  ],
  [
    { label: "Audit", to: "/$ws/audit", icon: ScrollText, letter: "u", needs: "auditLogs.listAuditLogs" },
    { label: "Explain", to: "/$ws/explain", icon: ShieldQuestion },
  ],
  [
    { label: "Root keys", to: "/$ws/root-keys", icon: Fingerprint, needs: "rootKeys.listKeys" },
    { label: "Settings", to: "/$ws/settings/workspace", icon: Settings, under: "settings" },
  ],
];

/** Places that only the palette lists. */
export const morePlaces: readonly Place[] = [
  { label: "Permissions", to: "/$ws/access/permissions", icon: ShieldCheck },
  { label: "People", to: "/$ws/settings/people", icon: Users },
  { label: "My sessions", to: "/$ws/settings/sessions", icon: Activity },
];
