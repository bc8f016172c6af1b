import type { ComponentType } from "react";

type Fetch = () => Promise<{ default: ComponentType }>;

/** Which page each address shows; a page is fetched when it is first opened. Pictures and checks of all pages begin here. */
export const ROUTES = {
  "/": () => import("../features/overview/Overview.tsx"),
  "/abuse": () => import("../features/abuse/Abuse.tsx"),
  "/approvals": () => import("../features/approvals/Approvals.tsx"),
  "/assessments": () => import("../features/assessments/Assessments.tsx"),
  "/audit": () => import("../features/audit/Audit.tsx"),
  "/bookings": () => import("../features/bookings/Bookings.tsx"),
  "/clients": () => import("../features/clients/Clients.tsx"),
  "/leaderboards": () => import("../features/leaderboards/Leaderboards.tsx"),
  "/members": () => import("../features/members/Members.tsx"),
  "/members/:id": () => import("../features/members/MemberPage.tsx"),
  "/messages": () => import("../features/messages/Messages.tsx"),
  "/occasions": () => import("../features/occasions/Occasions.tsx"),
  "/price-plans": () => import("../features/price-plans/PricePlans.tsx"),
  "/program": () => import("../features/program/Program.tsx"),
  "/program/drafts/:id": () => import("../features/program/DraftPage.tsx"),
  "/program/versions/:number": () => import("../features/program/VersionPage.tsx"),
  "/redemptions": () => import("../features/redemptions/Redemptions.tsx"),
  "/referrals": () => import("../features/referrals/Referrals.tsx"),
  "/reviews": () => import("../features/reviews/Reviews.tsx"),
  "/rewards": () => import("../features/rewards/Rewards.tsx"),
  "/rewards/:id": () => import("../features/rewards/RewardPage.tsx"),
  "/settings": () => import("../features/settings/Settings.tsx"),
  "/shelf": () => import("../features/shelf/Shelf.tsx"),
  "/staff": () => import("../features/staff/Staff.tsx"),
  "/surveys": () => import("../features/surveys/Surveys.tsx"),
  "/tasks": () => import("../features/tasks/Tasks.tsx"),
  "/tiers": () => import("../features/tiers/Tiers.tsx"),
  "/tickets": () => import("../features/tickets/Tickets.tsx"),
  "/till": () => import("../features/till/Till.tsx"),
  "/votes": () => import("../features/votes/Votes.tsx"),
  "/wake-ups": () => import("../features/wake-ups/WakeUps.tsx"),
  "*": () => import("./NoPage.tsx"),
} satisfies Record<string, Fetch>;

/** An address of the console, with the names of its parts. */
export type ConsoleRoute = keyof typeof ROUTES;
