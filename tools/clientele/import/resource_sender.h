#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_SENDER_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_SENDER_H_

// Creates resources in batches, and settles what becomes of those that are stored already:
// the same values are counted; other values are changed with --update, under the etag that was
// compared, and counted with their lines otherwise.

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/field_mask.pb.h"

#include "common/status/status_macros.h"
#include "tools/clientele/import/import_counts.h"
#include "tools/clientele/import/stored_row.h"
#include "tools/clientele/import/work_window.h"

namespace clientele::cli {

struct Acknowledged {
  int64_t created = 0;
  int64_t existing = 0;
};

template <class Message>
struct OutgoingRow {
  Message message;
  // Fields that the row speaks of.
  std::vector<std::string> paths;
  int64_t line = 0;
  std::string raw;
};

template <class Message>
struct ResourceCalls {
  std::function<absl::StatusOr<Acknowledged>(const std::vector<const Message*>&)> create;
  std::function<absl::StatusOr<Message>(const std::string& name)> get;
  std::function<absl::StatusOr<Message>(Message message, const google::protobuf::FieldMask& mask)>
      update;
};

// For one thread.
template <class Message>
class ResourceSender {
 public:
  using Row = OutgoingRow<Message>;
  using Reject = std::function<void(int64_t line, absl::string_view reason, absl::string_view raw)>;

  ResourceSender(ResourceCalls<Message> calls, bool update, ImportCounts* counts, Reject reject)
      : calls_(std::move(calls)), update_(update), counts_(counts), reject_(std::move(reject)) {}

  // `rows` are of different names. An error is about the suite.
  absl::Status Send(const std::vector<Row>& rows) {
    const auto send = [&](size_t begin, size_t end) -> absl::Status {
      std::vector<const Message*> messages;
      for (size_t i = begin; i < end; ++i) messages.push_back(&rows[i].message);
      CLIENTELE_ASSIGN_OR_RETURN(const Acknowledged ack, calls_.create(messages));
      counts_->created += ack.created;
      CLIENTELE_RETURN_IF_ERROR(
          CheckAcknowledged("rows", static_cast<int64_t>(end - begin), ack.created + ack.existing));
      return ack.existing == 0 ? absl::OkStatus() : Settle(rows, begin, end, ack.existing);
    };
    const auto reject = [&](size_t i, const absl::Status& status) {
      ++counts_->rejected;
      reject_(rows[i].line, status.message(), rows[i].raw);
    };
    if (rows.empty()) return absl::OkStatus();
    return SendHalving(0, rows.size(), send, reject);
  }

  // Names the lines that differ; empty when none does.
  std::string DifferenceNote() const {
    if (counts_->differing == 0) return "";
    return absl::StrCat(counts_->differing,
                        counts_->differing == 1 ? " row differs" : " rows differ",
                        " from what is stored, which stayed as it was: line ",
                        absl::StrJoin(differing_lines_, ", line "),
                        counts_->differing > static_cast<int64_t>(kShownLines) ? " and more" : "",
                        "; --update changes the suite");
  }

 private:
  static constexpr size_t kShownLines = 10;
  static constexpr int kWidth = 8;

  struct Look {
    absl::StatusOr<Message> stored = absl::UnknownError("not asked");
    std::vector<std::string> differing;
    absl::Status updated;
  };

  // Some of the rows existed before: those that the service has now in another way, and of the
  // others as many as it says.
  absl::Status Settle(const std::vector<Row>& rows, size_t begin, size_t end, int64_t existing) {
    std::vector<Look> looks(end - begin);
    {
      WorkWindow window(kWidth);
      for (size_t i = begin; i < end; ++i) {
        CLIENTELE_RETURN_IF_ERROR(
            window.Submit([&, i]() -> absl::Status { return LookAt(rows[i], looks[i - begin]); }));
      }
      CLIENTELE_RETURN_IF_ERROR(window.Finish());
    }
    int64_t settled = 0;
    for (size_t i = begin; i < end; ++i) {
      const Look& look = looks[i - begin];
      if (look.stored.ok() && look.differing.empty()) continue;
      ++settled;
      const absl::Status status = look.stored.ok() ? look.updated : look.stored.status();
      if (!status.ok()) {
        ++counts_->rejected;
        reject_(rows[i].line, status.message(), rows[i].raw);
      } else if (update_) {
        ++counts_->updated;
      } else {
        ++counts_->differing;
        if (differing_lines_.size() < kShownLines) differing_lines_.push_back(rows[i].line);
      }
    }
    // A row that another writer changed since it was created is counted as such above.
    counts_->created -= std::max<int64_t>(0, settled - existing);
    counts_->duplicates += std::max<int64_t>(0, existing - settled);
    return absl::OkStatus();
  }

  // An error is about the suite.
  absl::Status LookAt(const Row& row, Look& look) {
    look.stored = calls_.get(row.message.name());
    if (!look.stored.ok()) {
      return RowsAtFault(look.stored.status()) ? absl::OkStatus() : look.stored.status();
    }
    look.differing = DifferingPaths(*look.stored, row.message, row.paths);
    if (look.differing.empty() || !update_) return absl::OkStatus();
    Message message = row.message;
    message.set_etag(look.stored->etag());
    google::protobuf::FieldMask mask;
    for (const std::string& path : look.differing) mask.add_paths(path);
    look.updated = calls_.update(std::move(message), mask).status();
    return look.updated.ok() || RowsAtFault(look.updated) || absl::IsAborted(look.updated)
               ? absl::OkStatus()
               : look.updated;
  }

  const ResourceCalls<Message> calls_;
  const bool update_;
  ImportCounts* const counts_;
  const Reject reject_;
  std::vector<int64_t> differing_lines_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_SENDER_H_
