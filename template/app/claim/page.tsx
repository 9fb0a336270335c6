import { ClaimPage } from '../../components/claim-page';

export default function Page() {
  return <ClaimPage />;
}
