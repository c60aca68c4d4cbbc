#ifndef CLIENTELE_TESTS_CONTRACT_PROFILE_MEMORY_STORES_H_
#define CLIENTELE_TESTS_CONTRACT_PROFILE_MEMORY_STORES_H_

// The ports of profile-service over maps: what unit tests run on. Passes the same
// contract (store_contract_test.cc) as the PostgreSQL stores.

#include <any>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/profile-service/core/cards/activity_store.h"
#include "services/profile-service/core/changes/change_store.h"
#include "services/profile-service/core/consent/consent_store.h"
#include "services/profile-service/core/customers/customer_store.h"
#include "services/profile-service/core/events/event_expiry_store.h"
#include "services/profile-service/core/events/event_screening.h"
#include "services/profile-service/core/events/event_store.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/media/media_store.h"
#include "services/profile-service/core/merges/merge_store.h"
#include "services/profile-service/core/profiles/overview.h"
#include "services/profile-service/core/profiles/profile_versions.h"
#include "services/profile-service/core/profiles/text_vectors.h"
#include "services/profile-service/core/quarantine/quarantine_store.h"
#include "services/profile-service/core/segments/membership_store.h"
#include "services/profile-service/core/segments/segment_sample_store.h"
#include "services/profile-service/core/segments/segment_store.h"
#include "services/profile-service/core/similar/profile_vector_store.h"

namespace clientele::profile::testing {

// Whether the event waits for a vector of its text.
inline bool HasText(const Event& event) {
  const bool wrote = event.type == EventType::kMessage || event.type == EventType::kSocial ||
                     event.type == EventType::kSearch;
  return wrote && !event.text.empty() && event.left_out == LeftOut::kNo;
}

// Thread-safe.
class MemoryStores final : public CustomerStore,
                           public EventStore,
                           public ChangeStore,
                           public BehaviorStore,
                           public ConsentStore,
                           public ActivityStore,
                           public SegmentStore,
                           public SegmentSampleStore,
                           public ProfileVectorStore,
                           public MembershipStore,
                           public MergeStore,
                           public MediaStore,
                           public QuarantineStore,
                           public EventExpiryStore,
                           public ProfileVersions,
                           public OverviewStore,
                           public TextVectorStore {
 public:
  explicit MemoryStores(const Clock* clock) : clock_(clock) {}

  // Beyond which events are left out.
  RateLimits rates;

  // While set, every call fails with it.
  void FailWith(absl::Status status);
  int reads() const;  // calls of Read

  absl::StatusOr<Customer> Create(const RequestContext&, const MutationId&,
                                  const Customer&) override;
  absl::StatusOr<CustomerBatchOutcome> CreateMany(const RequestContext&, const MutationId&,
                                                  const std::vector<Customer>&) override;
  absl::StatusOr<Customer> Get(const RequestContext&, absl::string_view id) override;
  absl::Status CheckFree(const RequestContext&, absl::string_view id) override;
  absl::StatusOr<std::vector<Customer>> List(const RequestContext&, absl::string_view after_id,
                                             int limit) override;
  absl::StatusOr<Customer> Update(
      const RequestContext&, const MutationId&, absl::string_view id,
      absl::FunctionRef<absl::StatusOr<Customer>(Customer)> change) override;
  absl::Status Delete(const RequestContext&, const MutationId&, absl::string_view id,
                      absl::string_view etag) override;

  absl::StatusOr<EventBatchOutcome> Insert(const RequestContext&, const MutationId&,
                                           const EventBatch&) override;
  absl::StatusOr<std::vector<Event>> List(const RequestContext&, absl::string_view customer_id,
                                          const std::optional<EventPosition>& after,
                                          int limit) override;

  absl::StatusOr<int64_t> Record(const RequestContext&, const MutationId&,
                                 const std::vector<ConsentDecision>& decisions,
                                 const consent::Policy& policy) override;
  absl::StatusOr<std::vector<ConsentDecision>> Newest(const RequestContext&,
                                                      absl::string_view customer_id) override;
  absl::StatusOr<std::vector<ConsentDecision>> History(const RequestContext&,
                                                       absl::string_view customer_id,
                                                       const std::optional<ConsentPosition>& after,
                                                       int limit) override;

  absl::StatusOr<FeedState> State(const RequestContext&) override;
  absl::StatusOr<ChangePage> Read(const RequestContext&, int64_t after, const PageLimit&) override;
  absl::StatusOr<std::optional<absl::Time>> TimeOf(const RequestContext&, int64_t seq) override;
  absl::StatusOr<SnapshotPage> ReadSnapshot(const RequestContext&, absl::string_view place,
                                            const PageLimit&) override;
  absl::Status Acknowledge(const RequestContext&, absl::string_view follower,
                           absl::string_view epoch, int64_t seq) override;
  absl::Status RenewEpoch(const RequestContext&, absl::string_view expected) override;
  absl::StatusOr<int64_t> Compact(const RequestContext&, absl::Time before, int64_t limit) override;

  // A backup, and what is left after it was restored.
  auto Save() const {
    std::lock_guard lock(mutex_);
    return std::make_tuple(customers_, tombstones_, events_, decisions_, log_, last_seq_, epoch_,
                           compacted_seq_, followers_);
  }
  template <class Backup>
  void Restore(const Backup& backup) {
    std::lock_guard lock(mutex_);
    std::tie(customers_, tombstones_, events_, decisions_, log_, last_seq_, epoch_, compacted_seq_,
             followers_) = backup;
  }

  // Sums that are made anew each time, event by event: the oracle of sums that are kept.
  absl::StatusOr<CustomerBehavior> Read(const RequestContext&, absl::string_view customer_id,
                                        absl::Time now, const AffinityModel&,
                                        const SignalQuery& texts) override;
  absl::StatusOr<int> RebuildSums(const RequestContext&, const AffinityModel&, int) override;

  absl::StatusOr<std::vector<MonthOfActivity>> CountByMonth(const RequestContext&,
                                                            absl::string_view customer_id,
                                                            absl::CivilMonth first,
                                                            absl::CivilMonth last) override;

  absl::StatusOr<Parts> ReadOverview(const RequestContext& context, absl::string_view customer_id,
                                     absl::Time now, const AffinityModel& affinity,
                                     const SignalQuery& texts, int max_events) override;
  absl::StatusOr<Evidence> ReadEvidence(const RequestContext& context,
                                        absl::string_view customer_id, absl::Time now,
                                        const AffinityModel& affinity, const SignalQuery& texts,
                                        int max_events) override;

  absl::StatusOr<std::vector<PendingText>> Take(const RequestContext&, int limit, absl::Time now,
                                                absl::Duration lease) override;
  absl::Status Put(const RequestContext&, absl::string_view model_id,
                   absl::Span<const TextVector> vectors, absl::Time now) override;
  absl::StatusOr<bool> ScanTexts(const RequestContext&, absl::string_view model_id,
                                 const Scan& scan) override;

  absl::StatusOr<Segment> CreateSegment(const RequestContext&, const MutationId&, const Segment&,
                                        int max_segments) override;
  absl::StatusOr<Segment> GetSegment(const RequestContext&, absl::string_view id) override;
  absl::StatusOr<std::vector<Segment>> ListSegments(const RequestContext&) override;
  absl::Status DeleteSegment(const RequestContext&, const MutationId&,
                             absl::string_view id) override;
  absl::StatusOr<std::vector<SegmentMember>> ListMembers(const RequestContext&,
                                                         absl::string_view id,
                                                         absl::string_view after_id,
                                                         int limit) override;
  absl::Status RecordSizes(const RequestContext&, absl::CivilDay day,
                           absl::CivilDay keep_from) override;
  absl::StatusOr<SizedSegment> GetSizedSegment(const RequestContext&,
                                               absl::string_view id) override;
  absl::StatusOr<std::vector<std::string>> Sample(const RequestContext&,
                                                  const std::optional<std::string>& segment_id,
                                                  int limit) override;
  absl::StatusOr<std::vector<MonthOfPersons>> CountActive(
      const RequestContext&, const std::vector<std::string>& customer_ids, absl::CivilMonth first,
      absl::CivilMonth last) override;
  absl::StatusOr<std::vector<DueCustomer>> TakeDue(const RequestContext&, int limit, absl::Time now,
                                                   absl::Duration lease) override;
  absl::StatusOr<std::vector<CustomerRecord>> ReadRecords(
      const RequestContext&, const std::vector<std::string>& customer_ids,
      const RecordQuery& query) override;
  absl::StatusOr<int> Settle(const RequestContext&, const DecisionBatch& batch) override;
  absl::StatusOr<std::optional<SegmentFill>> TakeFill(const RequestContext&, absl::Time now,
                                                      absl::Duration lease) override;
  absl::StatusOr<std::vector<Candidate>> ListCandidates(const RequestContext&,
                                                        const RuleNarrowing& narrowing,
                                                        absl::string_view after_id, int limit,
                                                        absl::Time now) override;
  absl::StatusOr<int> SettleFill(const RequestContext&, const SegmentFill& fill,
                                 const std::optional<std::string>& next_after,
                                 const DecisionBatch& batch) override;

  absl::StatusOr<int> AdoptVectors(const RequestContext&, int limit) override;
  absl::Status MakeVectorsDue(const RequestContext&, const std::vector<std::string>& customer_ids,
                              absl::Time when) override;
  absl::StatusOr<std::vector<DueVector>> TakeDueVectors(const RequestContext&, int limit,
                                                        absl::Time now,
                                                        absl::Duration lease) override;
  absl::Status PutVectors(const RequestContext&, absl::Span<const MadeVector> vectors) override;
  absl::StatusOr<VectorPage> ReadVectors(const RequestContext&, const VectorPosition& after,
                                         int limit) override;
  absl::StatusOr<std::unordered_set<std::string>> ListMatching(
      const RequestContext&, absl::string_view region, absl::string_view segment_id) override;

  absl::StatusOr<ProfileVersion> Version(const RequestContext&,
                                         absl::string_view customer_id) override;
  absl::StatusOr<bool> Contains(const RequestContext&, absl::string_view customer_id,
                                std::int64_t change) override;

  absl::StatusOr<std::vector<Merge>> MergeCustomers(const RequestContext&, const MutationId&,
                                                    const MergePlan& plan,
                                                    const consent::Policy& policy) override;
  absl::StatusOr<Merge> UndoMerge(const RequestContext&, const MutationId&, std::int64_t id,
                                  const consent::Policy& policy) override;
  absl::StatusOr<std::vector<Merge>> ListMerges(const RequestContext&,
                                                absl::string_view customer_id, std::int64_t before,
                                                int limit) override;
  absl::StatusOr<std::vector<Match>> ListMatches(const RequestContext&,
                                                 const std::optional<MatchPosition>& after,
                                                 int limit) override;
  absl::StatusOr<Match> DismissMatch(const RequestContext&, const MutationId&,
                                     std::int64_t id) override;
  absl::StatusOr<std::optional<std::int64_t>> BeginSearch(const RequestContext&, absl::Time now,
                                                          absl::Duration lease) override;
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> DismissedPersons(
      const RequestContext&) override;
  absl::StatusOr<std::vector<std::int64_t>> Propose(const RequestContext&, std::int64_t search,
                                                    const std::vector<Match>& matches,
                                                    absl::Time now) override;
  absl::Status EndSearch(const RequestContext&, std::int64_t search) override;

  absl::Status CheckConsent(const RequestContext&, absl::string_view customer_id) override;
  absl::StatusOr<Media> InsertMedia(const RequestContext&, const Media& media,
                                    absl::string_view bytes, const MediaLimits& limits) override;
  absl::StatusOr<Media> GetMedia(const RequestContext&, absl::string_view customer_id,
                                 absl::string_view media_id) override;
  absl::StatusOr<std::vector<Media>> ListMedia(const RequestContext&, absl::string_view customer_id,
                                               const std::optional<MediaPosition>& after,
                                               int limit) override;
  absl::Status DeleteMedia(const RequestContext&, const MutationId&, absl::string_view customer_id,
                           absl::string_view media_id) override;
  absl::StatusOr<std::vector<PendingPicture>> TakePictures(const RequestContext&, int limit,
                                                           absl::Time now,
                                                           absl::Duration lease) override;
  absl::Status PutSighting(const RequestContext&, absl::string_view customer_id,
                           absl::string_view media_id, const Sighting& sighting) override;
  absl::Status SettlePicture(const RequestContext&, absl::string_view customer_id,
                             absl::string_view media_id, absl::string_view failure) override;
  absl::Status DeferPicture(const RequestContext&, absl::string_view customer_id,
                            absl::string_view media_id, absl::Time until, int attempts) override;
  absl::StatusOr<std::int64_t> AwaitKept(const RequestContext&,
                                         absl::Span<const std::string> model_ids,
                                         int limit) override;
  absl::StatusOr<std::int64_t> DropOldMedia(const RequestContext&, absl::Time before,
                                            int limit) override;

  absl::StatusOr<std::vector<QuarantinedEvent>> ListQuarantined(
      const RequestContext&, const QuarantineFilter& filter, const QuarantineRange& range) override;
  absl::StatusOr<QuarantinedEvent> MendQuarantined(const RequestContext&,
                                                   const MutationId& mutation, std::int64_t id,
                                                   const std::optional<std::string>& claimed,
                                                   const QuarantineLimits& limits,
                                                   Mend mend) override;
  absl::StatusOr<ReplayOutcome> ReplayQuarantined(
      const RequestContext&, const std::optional<std::vector<std::int64_t>>& ids,
      const QuarantineRange& range, Judge judge) override;
  absl::Status DeleteQuarantined(const RequestContext&, const MutationId& mutation,
                                 std::int64_t id) override;
  absl::StatusOr<std::int64_t> DropQuarantined(const RequestContext&, absl::Time before,
                                               int limit) override;

  absl::StatusOr<ExpiryStep> ExpireEvents(const RequestContext&,
                                          const std::vector<ExpiryRule>& rules,
                                          absl::string_view after,
                                          const ExpiryLimits& limits) override;
  absl::StatusOr<std::int64_t> TellExpired(const RequestContext&) override;

  // Takes one event out, as an operator would by hand.
  void DropEvent(const std::string& customer_id, const std::string& event_id);

 private:
  using EventKey = std::pair<std::string, std::string>;  // customer_id, event_id
  struct LogEntry {
    ChangeKind kind;
    std::string customer_id;
    std::string event_id;
    absl::Time time;
    ExpiryRule expired = {};
  };

  // `mutate` once per MutationId.
  template <class T>
  absl::StatusOr<T> Once(const MutationId& id, const std::string& subject,
                         absl::FunctionRef<absl::StatusOr<T>()> mutate);
  absl::Status CheckIdLocked(absl::string_view id) const;
  FeedState StateLocked() const;
  // Counts a duplicate, or stores the event and tells of it.
  void InsertLocked(const Event& event, EventBatchOutcome& outcome);
  // After the last event of a batch: who unsubscribed decided, and what came too fast is left out.
  void FinishBatchLocked();
  // Returns how many are new.
  int64_t RecordLocked(const std::vector<ConsentDecision>& decisions);
  void QuarantineLocked(const QuarantineCandidate& candidate, const QuarantineLimits& limits,
                        EventBatchOutcome& outcome);
  std::int64_t QuarantineBytesLocked() const;
  // Who stands for the customer, by the merges that hold: found anew each time, the oracle of what
  // the other store keeps in rows.
  std::string PersonLocked(const std::string& customer_id) const;
  std::vector<std::string> MembersLocked(absl::string_view customer_id) const;  // ascending
  Customer WithPersonLocked(Customer customer) const;
  absl::StatusOr<MergePlan> CheckPlanLocked(MergePlan plan) const;
  // After merges changed: tells of those whose person or consents are others than `before`.
  using PersonsAndConsents = std::map<std::string, std::pair<std::string, consent::Consents>>;
  PersonsAndConsents DescribeLocked() const;
  void TellChangesLocked(const PersonsAndConsents& before);
  // Newest first.
  std::vector<ConsentDecision> DecisionsOfLocked(absl::string_view customer_id) const;
  consent::Consents ConsentsOfLocked(absl::string_view customer_id) const;
  // Brings vectors in line with what was decided.
  void ApplyToVectorsLocked(const std::string& customer_id);
  bool ProfiledLocked(absl::string_view customer_id) const;
  absl::Status CheckConsentLocked(absl::string_view customer_id) const;
  std::vector<Media> MediaOfLocked(absl::string_view customer_id) const;  // newest first
  void EraseLocked(const std::string& key);
  void DropEventLocked(const EventKey& key);
  void AppendLocked(ChangeKind kind, std::string customer_id, std::string event_id);
  void MakeDueLocked(const std::string& customer_id);
  std::int64_t RevisionLocked(const std::string& customer_id) const;
  bool MatchesLocked(const RuleNarrowing& narrowing, const Customer& customer,
                     absl::Time now) const;
  // There is the customer, and nobody else stands for them.
  bool StandsLocked(const std::string& customer_id) const;
  BehaviorSummary SummarizeLocked(absl::string_view customer_id, absl::Time now,
                                  const AffinityModel& affinity) const;
  std::vector<const Event*> EventsOfLocked(absl::string_view customer_id) const;  // newest first

  const Clock* const clock_;
  mutable std::mutex mutex_;
  absl::Status failure_;
  int reads_ = 0;
  std::map<std::string, Customer> customers_;
  std::set<std::string> tombstones_;
  std::map<EventKey, Event> events_;
  std::vector<ConsentDecision> unsubscriptions_;  // of the batch that is being stored
  std::vector<ConsentDecision> decisions_;        // as they were recorded
  // Of the last Record; the other stores know it from their start.
  consent::Policy consent_policy_;
  std::map<EventKey, absl::Time> pending_texts_;  // until when they are leased
  struct KeptVector {
    std::vector<float> vector;
    absl::Time time;
  };
  std::map<std::pair<EventKey, std::string>, KeptVector> vectors_;  // by model
  struct TextScan {
    EventKey last;
    std::optional<absl::Time> complete_time;
  };
  std::map<std::string, TextScan> scans_;  // by model
  struct KeptMedia {
    Media media;
    std::string content;
    std::string bytes;
    std::optional<absl::Time> leased_until;  // while it waits
    int attempts = 0;
  };
  std::map<EventKey, KeptMedia> media_;     // by customer and media id
  std::map<EventType, absl::Time> untold_;  // of expired events
  struct Quarantined {
    QuarantinedEvent event;
    SentEvent sent;  // as it came, however it was mended
  };
  std::map<std::int64_t, Quarantined> quarantine_;  // by id
  std::int64_t last_quarantined_ = 0;
  std::map<std::string, Segment> segments_;
  std::map<std::pair<std::string, std::string>, absl::Time> members_;    // segment, customer
  std::map<std::string, std::map<absl::CivilDay, std::int64_t>> sizes_;  // by segment
  struct KeptProfileVector {
    StoredVector stored;
    absl::Time make_time = absl::InfinitePast();
    absl::Time due_time = absl::InfinitePast();
  };
  std::map<std::string, KeptProfileVector> profile_vectors_;
  struct Due {
    absl::Time time;
    int64_t revision = 0;
    absl::Time leased_until = absl::InfinitePast();
  };
  std::map<std::string, Due> due_;  // by customer
  struct Fill {
    std::int64_t id = 0;
    std::string after_id = {};
    absl::Time leased_until = absl::InfinitePast();
  };
  std::int64_t last_fill_ = 0;
  std::map<std::string, Fill> fills_;  // by segment
  std::vector<Merge> merges_;          // by id
  struct KeptMatch {
    Match match;
    std::int64_t search = 0;
  };
  std::map<std::pair<std::string, std::string>, KeptMatch> matches_;
  std::int64_t last_match_ = 0;
  std::int64_t search_ = 0;
  absl::Time search_leased_until_ = absl::InfinitePast();
  std::pair<std::size_t, absl::Time> begun_, searched_;
  std::map<int64_t, LogEntry> log_;
  int64_t last_seq_ = 0;
  int epoch_ = 1;
  int64_t compacted_seq_ = 0;
  struct Follower {
    std::string epoch;
    int64_t acknowledged_seq = 0;
    absl::Time seen_time;
  };
  std::map<std::string, Follower> followers_;
  struct Remembered {
    std::string body_hash;
    std::string subject;
    std::any result;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Remembered> ledger_;
};

template <class T>
absl::StatusOr<T> MemoryStores::Once(const MutationId& id, const std::string& subject,
                                     absl::FunctionRef<absl::StatusOr<T>()> mutate) {
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto key = std::make_tuple(id.caller, id.method, id.request_id);
  if (const auto known = ledger_.find(key); id.idempotent() && known != ledger_.end()) {
    if (known->second.body_hash != id.body_hash) {
      return WithReason(absl::InvalidArgumentError("request_id was used with another body"),
                        reason::kRequestIdReused);
    }
    return std::any_cast<T>(known->second.result);
  }
  absl::StatusOr<T> result = mutate();
  if (result.ok() && id.idempotent()) ledger_[key] = {id.body_hash, subject, *result};
  return result;
}

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_CONTRACT_PROFILE_MEMORY_STORES_H_
