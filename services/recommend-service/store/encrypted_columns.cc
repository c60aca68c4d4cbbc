#include "services/recommend-service/store/encrypted_columns.h"

#include "common/idempotency/ledger.h"
#include "common/operations/operation_store.h"
#include "services/recommend-service/store/migrations.h"

namespace clientele::recommend {

std::vector<database::EncryptedColumn> EncryptedColumns() {
  std::vector<database::EncryptedColumn> columns = operations::OperationColumns(kSchema);
  columns.push_back(LedgerResults(kSchema));
  return columns;
}

}  // namespace clientele::recommend
