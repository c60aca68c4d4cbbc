#include "services/profile-service/store/encrypted_columns.h"

#include "common/idempotency/ledger.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/customers/customer_codec.h"
#include "services/profile-service/store/events/event_codec.h"
#include "services/profile-service/store/features/text_pools.h"
#include "services/profile-service/store/features/text_vector_codec.h"
#include "services/profile-service/store/media/media_codec.h"
#include "services/profile-service/store/migrations.h"
#include "services/profile-service/store/quarantine/quarantine_codec.h"
#include "services/profile-service/store/similar/pg_profile_vector_store.h"

namespace clientele::profile {

using database::EncryptedColumn;

std::vector<EncryptedColumn> EncryptedColumns() {
  std::vector<EncryptedColumn> columns;
  for (const char* column : {"display_name", "email", "phone", "attributes"}) {
    columns.emplace_back(
        EncryptedColumn::Names{
            .schema = kSchema, .table = "customers", .column = column, .key = {{"customer_id"}}},
        [column](const EncryptedColumn::Key& key) { return CustomerPlace(column, key[0]); });
  }
  columns.emplace_back(
      EncryptedColumn::Names{.schema = kSchema,
                             .table = "events",
                             .column = "text",
                             .key = {{"customer_id"}, {"event_id"}}},
      [](const EncryptedColumn::Key& key) { return EventTextPlace(key[0], key[1]); });
  columns.emplace_back(
      EncryptedColumn::Names{.schema = kSchema,
                             .table = "text_vectors",
                             .column = "vector",
                             .key = {{"customer_id"}, {"event_id"}, {"model_id"}}},
      [](const EncryptedColumn::Key& key) { return TextVectorPlace(key[0], key[1], key[2]); });
  columns.emplace_back(
      EncryptedColumn::Names{.schema = kSchema,
                             .table = "text_pools",
                             .column = "vector",
                             .key = {{"customer_id"}, {"model_id"}}},
      [](const EncryptedColumn::Key& key) { return TextPoolPlace(key[0], key[1]); });
  columns.emplace_back(EncryptedColumn::Names{.schema = kSchema,
                                              .table = "profile_vectors",
                                              .column = "vector",
                                              .key = {{"customer_id"}}},
                       [](const EncryptedColumn::Key& key) { return ProfileVectorPlace(key[0]); });
  columns.emplace_back(
      EncryptedColumn::Names{.schema = kSchema,
                             .table = "media_pieces",
                             .column = "content",
                             .key = {{"customer_id"}, {"media_id"}, {"piece", "integer", "0"}}},
      [](const EncryptedColumn::Key& key) { return MediaPiecePlace(key[0], key[1], key[2]); });
  for (const char* column : {"objects", "vector"}) {
    columns.emplace_back(
        EncryptedColumn::Names{.schema = kSchema,
                               .table = "media_sightings",
                               .column = column,
                               .key = {{"customer_id"}, {"media_id"}, {"model_id"}}},
        [column](const EncryptedColumn::Key& key) {
          return SightingPlace(column, key[0], key[1], key[2]);
        });
  }
  columns.emplace_back(
      EncryptedColumn::Names{.schema = kSchema,
                             .table = "changes",
                             .column = "sealed_customer_id",
                             .key = {{"seq", "bigint", "0"}}},
      [](const EncryptedColumn::Key& key) { return DeletedCustomerPlace(key[0]); });
  columns.emplace_back(EncryptedColumn::Names{.schema = kSchema,
                                              .table = "quarantined_events",
                                              .column = "event",
                                              .key = {{"quarantine_id", "bigint", "0"}}},
                       [](const EncryptedColumn::Key& key) { return QuarantinePlace(key[0]); });
  columns.push_back(LedgerResults(kSchema));
  return columns;
}

}  // namespace clientele::profile
