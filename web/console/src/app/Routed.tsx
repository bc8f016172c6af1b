import { Skeleton } from "antd";
import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { Shell } from "./Shell.tsx";
import { Stumble } from "./Stumble.tsx";

// Most begin here: the first page is fetched while the server is still asked who is there.
const firstPage = /^\/console\/?$/.test(location.pathname) ? import("../features/overview/Overview.tsx") : null;

void firstPage?.then((page) => page.prefetch());

const Approvals = lazy(() => import("../features/approvals/Approvals.tsx"));
const Assessments = lazy(() => import("../features/assessments/Assessments.tsx"));
const Audit = lazy(() => import("../features/audit/Audit.tsx"));
const Bookings = lazy(() => import("../features/bookings/Bookings.tsx"));
const Clients = lazy(() => import("../features/clients/Clients.tsx"));
const DraftPage = lazy(() => import("../features/program/DraftPage.tsx"));
const Leaderboards = lazy(() => import("../features/leaderboards/Leaderboards.tsx"));
const MemberPage = lazy(() => import("../features/members/MemberPage.tsx"));
const Members = lazy(() => import("../features/members/Members.tsx"));
const NoPage = lazy(() => import("./NoPage.tsx"));
const Overview = lazy(() => firstPage ?? import("../features/overview/Overview.tsx"));
const Messages = lazy(() => import("../features/messages/Messages.tsx"));
const PricePlans = lazy(() => import("../features/price-plans/PricePlans.tsx"));
const Program = lazy(() => import("../features/program/Program.tsx"));
const Redemptions = lazy(() => import("../features/redemptions/Redemptions.tsx"));
const Referrals = lazy(() => import("../features/referrals/Referrals.tsx"));
const RewardPage = lazy(() => import("../features/rewards/RewardPage.tsx"));
const Rewards = lazy(() => import("../features/rewards/Rewards.tsx"));
const Settings = lazy(() => import("../features/settings/Settings.tsx"));
const Shelf = lazy(() => import("../features/shelf/Shelf.tsx"));
const Staff = lazy(() => import("../features/staff/Staff.tsx"));
const Tasks = lazy(() => import("../features/tasks/Tasks.tsx"));
const Tiers = lazy(() => import("../features/tiers/Tiers.tsx"));
const Till = lazy(() => import("../features/till/Till.tsx"));
const VersionPage = lazy(() => import("../features/program/VersionPage.tsx"));

/** Which page an address shows. Each feature is a piece of its own, loaded when it is first opened. */
export function Routed() {
  return (
    <Shell>
      <Stumble>
        <Suspense fallback={<Waiting />}>
          <Routes>
            <Route index element={<Overview />} />
            <Route path="approvals" element={<Approvals />} />
            <Route path="assessments" element={<Assessments />} />
            <Route path="audit" element={<Audit />} />
            <Route path="bookings" element={<Bookings />} />
            <Route path="clients" element={<Clients />} />
            <Route path="leaderboards" element={<Leaderboards />} />
            <Route path="members" element={<Members />} />
            <Route path="members/:id" element={<MemberPage />} />
            <Route path="messages" element={<Messages />} />
            <Route path="price-plans" element={<PricePlans />} />
            <Route path="program" element={<Program />} />
            <Route path="program/drafts/:id" element={<DraftPage />} />
            <Route path="program/versions/:number" element={<VersionPage />} />
            <Route path="redemptions" element={<Redemptions />} />
            <Route path="referrals" element={<Referrals />} />
            <Route path="rewards" element={<Rewards />} />
            <Route path="rewards/:id" element={<RewardPage />} />
            <Route path="settings" element={<Settings />} />
            <Route path="shelf" element={<Shelf />} />
            <Route path="staff" element={<Staff />} />
            <Route path="tasks" element={<Tasks />} />
            <Route path="tiers" element={<Tiers />} />
            <Route path="till" element={<Till />} />
            <Route path="*" element={<NoPage />} />
          </Routes>
        </Suspense>
      </Stumble>
    </Shell>
  );
}

function Waiting() {
  return (
    <div className="page">
      <Skeleton active paragraph={{ rows: 6 }} />
    </div>
  );
}
