import type { ComponentType } from "react";

/** A page; those of an address with `:id` in it are told which. */
type Shown = ComponentType<{ params: { id: string } }>;

/** Gets a page when it is first opened. */
export type Fetch = () => Promise<{ default: Shown }>;

/** The page that everybody comes in by: it is there at once and is not fetched. */
export const HOME = "/";

/** Which page each other address shows, the first that fits. Pictures and checks of all pages begin here. */
export const ROUTES = {
  "/badges": () => import("../features/badges/Badges.tsx").then((m) => ({ default: m.Badges })),
  "/boards": () => import("../features/leaderboards/Leaderboards.tsx").then((m) => ({ default: m.Leaderboards })),
  "/card": () => import("../features/cards/CardPage.tsx").then((m) => ({ default: m.CardPage })),
  "/expiring": () => import("../features/wallet/Expiring.tsx").then((m) => ({ default: m.Expiring })),
  "/guide": () => import("../features/guide/Guide.tsx").then((m) => ({ default: m.Guide })),
  "/help": () => import("../features/tickets/Help.tsx").then((m) => ({ default: m.Help })),
  "/history": () => import("../features/history/History.tsx").then((m) => ({ default: m.History })),
  "/inbox": () => import("../features/messages/Inbox.tsx").then((m) => ({ default: m.Inbox })),
  "/inbox/settings": () =>
    import("../features/messages/MessageSettings.tsx").then((m) => ({ default: m.MessageSettings })),
  "/invite": () => import("../features/referrals/Invite.tsx").then((m) => ({ default: m.Invite })),
  "/join": () => import("../features/referrals/Join.tsx").then((m) => ({ default: m.Join })),
  "/redeem": () => import("../features/rewards/Shelf.tsx").then((m) => ({ default: m.Shelf })),
  "/redeem/simulate": () => import("../features/rewards/Simulator.tsx").then((m) => ({ default: m.Simulator })),
  "/redeem/:id": () => import("../features/rewards/RewardPage.tsx").then((m) => ({ default: m.RewardPage })),
  "/redemptions": () => import("../features/redemptions/Redemptions.tsx").then((m) => ({ default: m.Redemptions })),
  "/redemptions/:id": () =>
    import("../features/redemptions/RedemptionPage.tsx").then((m) => ({ default: m.RedemptionPage })),
  "/rules": () => import("../features/rules/Rules.tsx").then((m) => ({ default: m.Rules })),
  "/settings": () => import("../features/settings/Settings.tsx").then((m) => ({ default: m.Settings })),
  "/sleeping": () => import("../features/conversions/Sleeping.tsx").then((m) => ({ default: m.Sleeping })),
  "/surveys": () => import("../features/surveys/Surveys.tsx").then((m) => ({ default: m.Surveys })),
  "/tasks": () => import("../features/tasks/Tasks.tsx").then((m) => ({ default: m.Tasks })),
  "/tier": () => import("../features/tiers/Tier.tsx").then((m) => ({ default: m.Tier })),
  "/votes": () => import("../features/votes/Votes.tsx").then((m) => ({ default: m.Votes })),
} satisfies Record<string, Fetch>;

/** An address of the member app, with the names of its parts. */
export type MemberRoute = typeof HOME | keyof typeof ROUTES;
