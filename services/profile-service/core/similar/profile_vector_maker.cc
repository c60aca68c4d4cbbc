#include "services/profile-service/core/similar/profile_vector_maker.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr absl::Duration kAdoptInterval = absl::Hours(24);
constexpr absl::Duration kLoadInterval = absl::Seconds(1);

bool IsZero(const std::vector<float>& vector) {
  return std::all_of(vector.begin(), vector.end(), [](float value) { return value == 0; });
}

}  // namespace

absl::Status ProfileVectorMaker::Run(const RequestContext& context) {
  CLIENTELE_RETURN_IF_ERROR(Follow(context));
  CLIENTELE_RETURN_IF_ERROR(Adopt(context));
  CLIENTELE_RETURN_IF_ERROR(Load(context));
  return Make(context);
}

void ProfileVectorMaker::BeginAnew() {
  index_->Clear();
  loaded_ = {};
  load_time_ = absl::InfinitePast();
  ready_ = false;
}

absl::Status ProfileVectorMaker::Follow(const RequestContext& context) {
  if (epoch_.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(FeedState state, changes_->State(context));
    epoch_ = std::move(state.epoch);
    seq_ = state.last_seq;
    return absl::OkStatus();
  }
  while (true) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_ASSIGN_OR_RETURN(const ChangePage page, changes_->Read(context, seq_, {}));
    if (page.feed.epoch != epoch_ || page.feed.compacted_seq > seq_) {
      // What happened is not known: who is there is found out again, and what is stale is made
      // within a day.
      epoch_ = page.feed.epoch;
      seq_ = page.feed.last_seq;
      adopt_time_ = absl::InfinitePast();
      BeginAnew();
      return absl::OkStatus();
    }
    std::set<std::string> changed;
    for (const Change& change : page.changes) {
      if (Hides(change)) index_->Drop(change.customer_id);
      // Whose events were too old shows when their vectors are made again within the day.
      if (change.kind != ChangeKind::kCustomerDeleted &&
          change.kind != ChangeKind::kEventsExpired) {
        changed.insert(change.customer_id);
      }
    }
    if (!changed.empty()) {
      CLIENTELE_RETURN_IF_ERROR(vectors_->MakeVectorsDue(context, {changed.begin(), changed.end()},
                                                         clock_->Now() + options_.settle));
    }
    if (page.last_seq == seq_) return absl::OkStatus();
    seq_ = page.last_seq;
  }
}

bool ProfileVectorMaker::Hides(const Change& change) const {
  switch (change.kind) {
    case ChangeKind::kCustomerDeleted:
      return true;
    case ChangeKind::kConsents:
      return !profiles_->Allows(consent::Purpose::kProfiling, change.consents);
    case ChangeKind::kSurvivor:
      return !change.survivor_id.empty();
    default:
      return false;
  }
}

absl::Status ProfileVectorMaker::Adopt(const RequestContext& context) {
  const absl::Time now = clock_->Now();
  if (now < adopt_time_ + kAdoptInterval) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const int adopted,
                             vectors_->AdoptVectors(context, options_.adopted_at_once));
  if (adopted < options_.adopted_at_once) adopt_time_ = now;
  return absl::OkStatus();
}

absl::Status ProfileVectorMaker::Load(const RequestContext& context) {
  const absl::Time now = clock_->Now();
  if (index_->full() && full_time_ == absl::InfinitePast()) full_time_ = now;
  if (index_->full() && now >= full_time_ + options_.full_pause) {
    full_time_ = absl::InfinitePast();
    BeginAnew();
  }
  if (now < load_time_ + kLoadInterval) return absl::OkStatus();
  VectorPosition from = loaded_;
  while (true) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_ASSIGN_OR_RETURN(const VectorPage page,
                               vectors_->ReadVectors(context, from, options_.read_at_once));
    for (const StoredVector& stored : page.vectors) {
      if (stored.vector.empty()) {
        index_->Drop(stored.customer_id);
      } else {
        index_->Put(stored.customer_id, stored.model_id, stored.vector);
      }
    }
    from = page.next;
    if (page.last) break;
    // What was read need not be read again after an error.
    loaded_ = from;
  }
  loaded_ = {.make_time = from.make_time - options_.overlap};
  load_time_ = now;
  ready_ = true;
  return absl::OkStatus();
}

absl::Status ProfileVectorMaker::Make(const RequestContext& context) {
  const absl::Time now = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<DueVector> due,
      vectors_->TakeDueVectors(context, options_.batch, now, options_.lease));
  std::vector<MadeVector> made;
  absl::Status failure;
  for (const DueVector& customer : due) {
    absl::StatusOr<Profile> profile = profiles_->Get(context, customer.customer_id);
    if (absl::IsNotFound(profile.status())) continue;
    if (!profile.ok()) {
      // They are due again when their lease ends.
      failure = profile.status();
      if (absl::IsUnavailable(failure) || !context.Check(clock_->Now()).ok()) break;
      continue;
    }
    const bool lacks = profile->pending_texts > 0 || profile->pending_pictures > 0;
    MadeVector& vector = made.emplace_back(
        MadeVector{.customer_id = customer.customer_id, .lease_end = customer.lease_end});
    vector.next_due = now + (lacks ? options_.pending_lifetime : options_.lifetime);
    // Merged customers are in their survivor's.
    if (profile->customer_id != customer.customer_id || IsZero(profile->vector)) continue;
    vector.model_id = profile->models.back();
    vector.vector = std::move(profile->vector);
  }
  if (!made.empty()) CLIENTELE_RETURN_IF_ERROR(vectors_->PutVectors(context, made));
  return failure;
}

}  // namespace clientele::profile
