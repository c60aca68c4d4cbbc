#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_CANDIDATE_PAGES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_CANDIDATE_PAGES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/segments/membership_store.h"
#include "services/profile-service/core/segments/page_size.h"

namespace clientele::profile {

// What is stored of those whom a rule can hold for, and who was looked at last.
struct CandidatePage {
  std::vector<CustomerRecord> records;    // of who stands for them
  std::optional<std::string> next_after;  // nullopt: these were the last
};

// All customers whom a rule can hold for, page by page by id: they are listed many at a time, which
// reads whole tables, and read some at a time. Who is no longer what the list says is read as they
// are.
//
//   CandidatePages pages(memberships, rule.Narrowing(), "");   // from the first on
//   while (pages.more()) {
//     CLIENTELE_ASSIGN_OR_RETURN(CandidatePage page, pages.Next(context, query));
//   }
//
// Borrows the store; not thread-safe.
class CandidatePages {
 public:
  static constexpr int kListed = 200'000;  // about 20 MB

  CandidatePages(MembershipStore* memberships, RuleNarrowing narrowing, std::string after_id)
      : memberships_(memberships),
        narrowing_(std::move(narrowing)),
        after_id_(std::move(after_id)) {}

  bool more() const { return more_; }
  // Where the next page begins.
  const std::string& after_id() const { return after_id_; }
  absl::StatusOr<CandidatePage> Next(const RequestContext& context, const RecordQuery& query);

 private:
  MembershipStore* memberships_;
  RuleNarrowing narrowing_;
  std::string after_id_;
  std::vector<Candidate> listed_;
  std::size_t used_ = 0;  // of `listed_`
  bool list_ends_ = false;
  bool more_ = true;
  PageSize page_size_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_CANDIDATE_PAGES_H_
