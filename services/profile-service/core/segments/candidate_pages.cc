#include "services/profile-service/core/segments/candidate_pages.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace clientele::profile {

absl::StatusOr<CandidatePage> CandidatePages::Next(const RequestContext& context,
                                                   const RecordQuery& query) {
  if (used_ == listed_.size() && !list_ends_) {
    CLIENTELE_ASSIGN_OR_RETURN(
        listed_, memberships_->ListCandidates(context, narrowing_, after_id_, kListed, query.now));
    used_ = 0;
    list_ends_ = listed_.size() < static_cast<std::size_t>(kListed);
  }
  const std::size_t end =
      std::min(listed_.size(), used_ + static_cast<std::size_t>(page_size_.customers()));
  std::vector<std::string> persons;
  for (std::size_t i = used_; i < end; ++i) persons.push_back(listed_[i].person_id);
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  CandidatePage page;
  CLIENTELE_ASSIGN_OR_RETURN(page.records, memberships_->ReadRecords(context, persons, query));
  page_size_.Note(page.records);
  if (end > used_) after_id_ = listed_[end - 1].customer_id;
  used_ = end;
  more_ = used_ < listed_.size() || !list_ends_;
  if (more_) page.next_after = after_id_;
  return page;
}

}  // namespace clientele::profile
