#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_COUNTS_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_COUNTS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace clientele::cli {

// What happened to a file's rows. rows = created + duplicates + differing + updated +
// anonymous_created + anonymous_duplicates + rejected + repeated_dropped (+ merged, for articles).
struct ImportCounts {
  int64_t rows = 0;
  int64_t created = 0;
  int64_t duplicates = 0;  // stored before, with the same values
  int64_t differing = 0;   // stored before with other values, and left so
  int64_t updated = 0;     // with --update
  int64_t rejected = 0;
  int64_t quarantined = 0;        // with --quarantine: of the rejected, kept by profile-service
  int64_t repeated_dropped = 0;   // with --drop_repeated_lines
  int64_t anonymous_created = 0;  // lines without a customer
  int64_t anonymous_duplicates = 0;
  int64_t merged = 0;             // rows that joined another row's article
  int64_t items_created = 0;      // with --create_items
  int64_t customers_created = 0;  // with --create_customers

  // Rows that the suite holds now as the file has them.
  int64_t imported() const {
    return created + duplicates + updated + anonymous_created + anonymous_duplicates + merged +
           repeated_dropped;
  }
};

// DATA_LOSS unless the service accounted for every row that it was sent.
inline absl::Status CheckAcknowledged(absl::string_view what, int64_t sent, int64_t acknowledged) {
  if (sent == acknowledged) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "sent ", sent, " ", what, " but ", acknowledged,
      " were acknowledged: import the file again, which changes nothing that is stored already"));
}

// Whether `status` is about the rows of a batch rather than about the suite.
inline bool RowsAtFault(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ||
         absl::IsFailedPrecondition(status) || absl::IsOutOfRange(status) ||
         absl::IsAlreadyExists(status);
}

// Sends rows[begin, end) and, when one bad row refuses them all, halves until the
// bad rows are alone. `send` is absl::Status(begin, end); `reject` is
// void(index, status).
template <class Send, class Reject>
absl::Status SendHalving(size_t begin, size_t end, const Send& send, const Reject& reject) {
  absl::Status status = send(begin, end);
  if (status.ok() || !RowsAtFault(status)) return status;
  if (end - begin == 1) {
    reject(begin, status);
    return absl::OkStatus();
  }
  const size_t middle = begin + (end - begin) / 2;
  if (absl::Status first = SendHalving(begin, middle, send, reject); !first.ok()) return first;
  return SendHalving(middle, end, send, reject);
}

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_COUNTS_H_
