#ifndef CLIENTELE_TOOLS_CLIENTELE_AUDIENCE_AUDIENCE_EXPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_AUDIENCE_AUDIENCE_EXPORT_H_

// An audience, page after page, to a file or to whoever takes it.
//
//   AudienceExport exported([&](const auto& request) { return client.ListAudience(request); });
//   CLIENTELE_RETURN_IF_ERROR(exported.WriteCsv(request, 0, "audience.csv"));
//   exported.members();   // how many

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

namespace clientele::cli {

// Not thread-safe.
class AudienceExport {
 public:
  using ReadPage = std::function<absl::StatusOr<recommend::v1::ListAudienceResponse>(
      const recommend::v1::ListAudienceRequest&)>;
  explicit AudienceExport(ReadPage read_page) : read_page_(std::move(read_page)) {}

  // Gives the members to `take`, best first, at most `limit`; 0: all. `request` names no page.
  absl::Status Read(recommend::v1::ListAudienceRequest request, std::int64_t limit,
                    absl::FunctionRef<absl::Status(const recommend::v1::AudienceMember&)> take);
  // The same into a CSV file (RFC 4180, UTF-8) with the columns customer_id, score, reason_code,
  // reason and reason_item: of the strongest reason. The file appears when it is complete.
  absl::Status WriteCsv(const recommend::v1::ListAudienceRequest& request, std::int64_t limit,
                        const std::string& path);

  // Of the last call.
  std::int64_t members() const { return members_; }
  bool consent_was_checked() const { return consent_was_checked_; }

 private:
  const ReadPage read_page_;
  std::int64_t members_ = 0;
  bool consent_was_checked_ = false;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_AUDIENCE_AUDIENCE_EXPORT_H_
