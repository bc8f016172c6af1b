import { type ConsoleRoute, ROUTES as CONSOLE } from "../../console/src/app/routes.ts";
import { HOME, type MemberRoute, ROUTES as MEMBER } from "../../member/src/app/routes.ts";
import type { World } from "./world.ts";

/** An address that shows something, with a name for its picture. */
export type Place = [name: string, path: string];

/**
 * The addresses of each page of the console that are looked at. Every route of the router has some: a page without any
 * does not compile, so none is forgotten.
 */
function consolePlaces({ draft }: World): Record<ConsoleRoute, Place[]> {
  const editor = `/program/drafts/${draft}`;
  return {
    "/": [["overview", "/"]],
    "/abuse": [["abuse", "/abuse"]],
    "/approvals": [["approvals", "/approvals?show=all"]],
    "/assessments": [["assessments", "/assessments"]],
    "/audit": [["audit", "/audit"]],
    "/bookings": [["bookings", "/bookings"]],
    "/clients": [["clients", "/clients"]],
    "/leaderboards": [["leaderboards", "/leaderboards"]],
    "/members": [["members", "/members"]],
    "/members/:id": [
      ["member", "/members/an"],
      ["member-history", "/members/an?tab=history"],
      ["member-trace", "/members/an?tab=history&trace=1"],
      ["member-profile", "/members/an?tab=profile"],
      ["member-redeemed", "/members/an?tab=redemptions"],
      ["member-tier", "/members/an?tab=tier"],
    ],
    "/messages": [
      ["messages", "/messages"],
      ["mailings", "/messages?tab=mailings"],
      ["message-kinds", "/messages?tab=kinds"],
    ],
    "/occasions": [["occasions", "/occasions"]],
    "/price-plans": [["price-plans", "/price-plans"]],
    "/program": [
      ["rules", "/program"],
      ["drafts", "/program?tab=drafts"],
      ["versions", "/program?tab=versions"],
    ],
    "/program/drafts/:id": [
      ["editor", editor],
      ["editor-rule", `${editor}?item=rules:2`],
      ["editor-tiers", `${editor}?tab=tiers`],
      ["editor-benefit", `${editor}?tab=tiers&item=benefits:0`],
      ["editor-units", `${editor}?tab=units`],
      ["editor-play", `${editor}?tab=play`],
      ["editor-task", `${editor}?tab=play&item=tasks:0`],
      ["editor-streak", `${editor}?tab=play&item=streaks:0`],
      ["editor-days", `${editor}?tab=days`],
      ["editor-day", `${editor}?tab=days&item=days:0`],
      ["editor-pattern", `${editor}?tab=days&item=patterns:1`],
      ["editor-terms", `${editor}?tab=terms`],
      ["editor-files", `${editor}?tab=files`],
      ["editor-changes", `${editor}?tab=changes`],
      ["editor-dry-run", `${editor}?tab=dry-run`],
    ],
    "/program/versions/:number": [["version", "/program/versions/1"]],
    "/redemptions": [["redemptions", "/redemptions?show=all"]],
    "/referrals": [["referrals", "/referrals"]],
    "/reviews": [["reviews", "/reviews"]],
    "/rewards": [
      ["rewards", "/rewards"],
      ["reward-new", "/rewards?new=1"],
    ],
    "/rewards/:id": [
      ["reward", "/rewards/umbrella"],
      ["reward-service", "/rewards/coach"],
      ["reward-coupon", "/rewards/coffee"],
    ],
    "/settings": [["settings", "/settings"]],
    "/shelf": [["shelf", "/shelf"]],
    "/staff": [
      ["staff", "/staff"],
      ["staff-new", "/staff?open=new"],
      ["roles", "/staff?tab=roles"],
    ],
    "/surveys": [["surveys", "/surveys"]],
    "/tasks": [["tasks", "/tasks"]],
    "/tiers": [["tiers", "/tiers"]],
    "/tickets": [["tickets", "/tickets"]],
    "/till": [["till", "/till"]],
    "/votes": [["votes", "/votes"]],
    "/wake-ups": [["wake-ups", "/wake-ups"]],
    "*": [["nowhere", "/nowhere"]],
  };
}

/** The same of the member app. */
function memberPlaces({ redemptions }: World): Record<MemberRoute | "*", Place[]> {
  return {
    [HOME]: [["wallet", "/"]],
    "/badges": [["badges", "/badges"]],
    "/boards": [["boards", "/boards"]],
    "/card": [["card", "/card"]],
    "/expiring": [["expiring", "/expiring"]],
    "/guide": [["guide", "/guide"]],
    "/help": [["help", "/help"]],
    "/history": [["history", "/history"]],
    "/inbox": [["inbox", "/inbox"]],
    "/inbox/settings": [["inbox-settings", "/inbox/settings"]],
    "/invite": [["invite", "/invite"]],
    "/join": [["join", "/join"]],
    "/redeem": [
      ["redeem", "/redeem"],
      ["redeem-value", "/redeem?sort=value&zone=priority"],
      ["redeem-birthday", "/redeem?zone=birthday"],
    ],
    "/redeem/simulate": [["simulator", "/redeem/simulate"]],
    "/redeem/:id": [
      ["reward", "/redeem/lamp"],
      ["reward-service", "/redeem/coach"],
    ],
    "/redemptions": [["redemptions", "/redemptions"]],
    "/redemptions/:id": Object.entries(redemptions).map(([state, id]): Place => [
      `redemption-${state}`,
      `/redemptions/${id}`,
    ]),
    "/rules": [["rules", "/rules"]],
    "/settings": [["settings", "/settings"]],
    "/sleeping": [["sleeping", "/sleeping"]],
    "/surveys": [["surveys", "/surveys"]],
    "/tasks": [["tasks", "/tasks"]],
    "/tier": [["tier", "/tier"]],
    "/votes": [["votes", "/votes"]],
    "*": [["nowhere", "/nowhere"]],
  };
}

/** Whether an address belongs to a route, such as `/rewards/umbrella?tab=x` to `/rewards/:id`. */
function belongs(path: string, route: string): boolean {
  const shape = route.replace(/:[a-z]+/g, "[^/]+");
  return route === "*" || new RegExp(`^${shape}$`).test(path.split(/[?#]/)[0] ?? "");
}

/** Every address that is looked at, in the order of the routes; those that stand under another's route are a mistake. */
function listed(routes: string[], places: Record<string, Place[]>): Place[] {
  return routes.flatMap((route) => {
    const own = places[route] ?? [];
    if (own.length === 0) throw new Error(`no picture is taken of ${route}`);
    const astray = own.find(([, path]) => !belongs(path, route));
    if (astray) throw new Error(`${astray[1]} is no address of ${route}`);
    return own;
  });
}

/** Every address of the console that is looked at. */
export function ofConsole(world: World): Place[] {
  return listed(Object.keys(CONSOLE), consolePlaces(world));
}

/** Every address of the member app that is looked at. */
export function ofMember(world: World): Place[] {
  return listed([HOME, ...Object.keys(MEMBER), "*"], memberPlaces(world));
}
