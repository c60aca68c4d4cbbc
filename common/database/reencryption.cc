#include "common/database/reencryption.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/database/database.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::database {

using postgres::Transaction;

absl::StatusOr<ReencryptionCounts> ReencryptColumn(postgres::ConnectionPool& pool,
                                                   const RequestContext& context,
                                                   const crypto::Cipher& cipher,
                                                   const EncryptedColumn& column, int batch) {
  const std::string prefix = cipher.current_prefix();
  ReencryptionCounts all;
  EncryptedColumn::Key after = column.BelowAll();
  while (!after.empty()) {
    ReencryptionCounts counts;
    EncryptedColumn::Page page;
    const auto rewrite = [&](Transaction& transaction) -> absl::Status {
      counts = {};
      CLIENTELE_ASSIGN_OR_RETURN(page, column.Read(transaction, after, prefix, batch));
      std::vector<EncryptedColumn::Replacement> replacements;
      for (EncryptedColumn::Value& value : page.stale) {
        const std::string place = column.PlaceOf(value.key);
        const absl::StatusOr<std::string> plain = cipher.Decrypt(value.ciphertext, place);
        if (!plain.ok()) {
          ++counts.unreadable;
          continue;
        }
        replacements.push_back(
            {std::move(value.key), std::move(value.ciphertext), cipher.Encrypt(*plain, place)});
      }
      if (replacements.empty()) return absl::OkStatus();
      CLIENTELE_ASSIGN_OR_RETURN(counts.reencrypted, column.Replace(transaction, replacements));
      counts.changed = static_cast<int64_t>(replacements.size()) - counts.reencrypted;
      return absl::OkStatus();
    };
    CLIENTELE_RETURN_IF_ERROR(pool.Transact(context, rewrite));
    all.reencrypted += counts.reencrypted;
    all.changed += counts.changed;
    all.unreadable += counts.unreadable;
    after = std::move(page.last);
  }
  return all;
}

absl::Status Reencrypt(postgres::ConnectionPool& pool, const RequestContext& context,
                       const crypto::Cipher& cipher, const std::vector<EncryptedColumn>& columns,
                       telemetry::Logger& log) {
  std::vector<std::string> unreadable;
  for (const EncryptedColumn& column : columns) {
    CLIENTELE_ASSIGN_OR_RETURN(const ReencryptionCounts counts,
                               ReencryptColumn(pool, context, cipher, column));
    log.Info("reencrypted", {{"column", column.name()},
                             {"key_id", cipher.current_key_id()},
                             {"values", counts.reencrypted},
                             {"changed", counts.changed},
                             {"unreadable", counts.unreadable}});
    if (counts.unreadable > 0) {
      unreadable.push_back(absl::StrCat(counts.unreadable, " of ", column.name()));
    }
  }
  if (unreadable.empty()) return absl::OkStatus();
  return WithReason(absl::DataLossError(absl::StrCat(
                        "values that no key of the ring decrypts were left as they are: ",
                        absl::StrJoin(unreadable, ", "))),
                    reason::kDataLoss);
}

absl::Status ReencryptDatabase(const DatabaseOptions& options, const std::string& application_name,
                               const std::vector<EncryptedColumn>& columns) {
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.data_key_file));
  telemetry::Logger& log = telemetry::Logger::Process();
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto pool, OpenDatabase(options, {.application_name = application_name, .log = &log}));
  return Reencrypt(*pool, RequestContext(), cipher, columns, log);
}

}  // namespace clientele::database
