#include "services/recommend-service/store/encrypted_columns.h"

#include "common/idempotency/ledger.h"
#include "common/operations/operation_store.h"
#include "services/recommend-service/store/migrations.h"
#include "services/recommend-service/store/predictions/pg_prediction_store.h"

namespace clientele::recommend {

std::vector<database::EncryptedColumn> EncryptedColumns() {
  std::vector<database::EncryptedColumn> columns = operations::OperationColumns(kSchema);
  columns.push_back(LedgerResults(kSchema));
  columns.emplace_back(
      database::EncryptedColumn::Names{.schema = kSchema,
                                       .table = "predictions",
                                       .column = "content",
                                       .key = {{"customer_id"}, {"prediction_id"}}},
      [](const database::EncryptedColumn::Key& key) { return PredictionPlace(key[0], key[1]); });
  return columns;
}

}  // namespace clientele::recommend
