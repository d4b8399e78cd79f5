import { QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { createHashRouter, Navigate, RouterProvider } from 'react-router';
import { queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { resumeUploads } from '../intake/uploader.js';
import { ApplicationsPage } from '../pages/ApplicationsPage.js';
import { AuditPage } from '../pages/AuditPage.js';
import { BatchPage } from '../pages/BatchPage.js';
import { CheckPage } from '../pages/CheckPage.js';
import { ChecksPage } from '../pages/ChecksPage.js';
import { EntryPage } from '../pages/EntryPage.js';
import { FileApplicationPage } from '../pages/FileApplicationPage.js';
import { FindingPage } from '../pages/FindingPage.js';
import { FindingsPage } from '../pages/FindingsPage.js';
import { IdCardPage } from '../pages/IdCardPage.js';
import { IntakePage } from '../pages/IntakePage.js';
import { LogInPage } from '../pages/LogInPage.js';
import { LogPage } from '../pages/LogPage.js';
import { MarketFindingPage } from '../pages/MarketFindingPage.js';
import { MarketFindingsPage } from '../pages/MarketFindingsPage.js';
import { MembersPage } from '../pages/MembersPage.js';
import { OperationPage } from '../pages/OperationPage.js';
import { RegistrationPage } from '../pages/RegistrationPage.js';
import { RegistrationsPage } from '../pages/RegistrationsPage.js';
import { StatisticsPage } from '../pages/StatisticsPage.js';
import { WorklistItemPage } from '../pages/WorklistItemPage.js';
import { WorklistPage } from '../pages/WorklistPage.js';
import { languageInUse } from '../words/i18n.js';
import { LostSession } from './LostSession.js';
import { homeOf } from './navigation.js';
import { Shell } from './Shell.js';
import { THEME } from './theme.js';

/** The page carries the nonce of its own answer, for the style sheets that Ant Design writes. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

const router = createHashRouter([
  {
    element: <Shell />,
    children: [
      { path: '/', element: <Home /> },
      { path: '/check', element: <IntakePage /> },
      { path: '/batches/:batchId', element: <BatchPage /> },
      { path: '/checks', element: <ChecksPage /> },
      { path: '/checks/:checkId', element: <CheckPage /> },
      { path: '/applications', element: <ApplicationsPage /> },
      { path: '/applications/new', element: <FileApplicationPage /> },
      { path: '/registrations', element: <RegistrationsPage /> },
      { path: '/registrations/:registrationId', element: <RegistrationPage /> },
      { path: '/registrations/:registrationId/card', element: <IdCardPage /> },
      { path: '/statistics', element: <StatisticsPage /> },
      { path: '/findings', element: <FindingsPage /> },
      { path: '/findings/market', element: <MarketFindingsPage /> },
      { path: '/findings/market/:findingId', element: <MarketFindingPage /> },
      { path: '/findings/worklist', element: <WorklistPage /> },
      { path: '/findings/worklist/:itemId', element: <WorklistItemPage /> },
      { path: '/findings/:findingId', element: <FindingPage /> },
      { path: '/members', element: <MembersPage /> },
      { path: '/log', element: <LogPage /> },
      { path: '/operation', element: <OperationPage /> },
      { path: '/audit', element: <AuditPage /> },
      { path: '/audit/:index', element: <EntryPage /> },
      { path: '*', element: <Navigate to="/" replace /> },
    ],
  },
]);

function Home() {
  const { session } = useSession();
  return <Navigate to={homeOf(session?.roles ?? [])} replace />;
}

/** The whole console: the log-in page while nobody is logged in, else the pages; a lost session is asked for above them. */
export function App() {
  useTranslation();
  const { session, lost } = useSession();
  const who = session?.user;
  const examiner = session?.roles.includes('examiner') ?? false;
  useEffect(() => {
    if (who !== undefined && examiner) void resumeUploads();
  }, [who, examiner]);
  return (
    <ConfigProvider
      csp={{ nonce }}
      theme={THEME}
      locale={languageInUse() === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <QueryClientProvider client={queryClient}>
        {session === null ? <LogInPage /> : <RouterProvider router={router} />}
        {session !== null && lost && <LostSession user={session.user} />}
      </QueryClientProvider>
    </ConfigProvider>
  );
}
