import { ReceiptPage } from '../../components/receipt-page';

export default function Page() {
  return <ReceiptPage />;
}
