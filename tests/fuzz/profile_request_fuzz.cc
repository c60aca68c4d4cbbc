// Requests to profile-service, from the wire to its handlers and back, over stores in memory.
#include <cstddef>
#include <cstdint>

#include "absl/strings/match.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "services/profile-service/core/events/event_validation.h"
#include "services/profile-service/rpc/profile_conversion.h"
#include "services/profile-service/rpc/profile_rpc.h"
#include "services/profile-service/rpc/quarantine_conversion.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/fuzz/script_runner.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile {
namespace {

namespace pb = google::protobuf;

// Ends a stream where a real one would wait for news.
class EndingChangeStore final : public ChangeStore {
 public:
  explicit EndingChangeStore(ChangeStore* store) : store_(store) {}
  absl::StatusOr<ChangePage> Read(const RequestContext& context, int64_t after,
                                  const PageLimit& limit) override {
    auto page = store_->Read(context, after, limit);
    if (page.ok() && page->last_seq == after) return absl::CancelledError("the feed has ended");
    return page;
  }
  absl::StatusOr<FeedState> State(const RequestContext& context) override {
    return store_->State(context);
  }
  absl::StatusOr<std::optional<absl::Time>> TimeOf(const RequestContext& context,
                                                   int64_t seq) override {
    return store_->TimeOf(context, seq);
  }
  absl::StatusOr<SnapshotPage> ReadSnapshot(const RequestContext& context, absl::string_view place,
                                            const PageLimit& limit) override {
    return store_->ReadSnapshot(context, place, limit);
  }
  absl::Status Acknowledge(const RequestContext& context, absl::string_view follower,
                           absl::string_view epoch, int64_t seq) override {
    return store_->Acknowledge(context, follower, epoch, seq);
  }
  absl::Status RenewEpoch(const RequestContext& context, absl::string_view expected) override {
    return store_->RenewEpoch(context, expected);
  }
  absl::StatusOr<int64_t> Compact(const RequestContext& context, absl::Time before,
                                  int64_t limit) override {
    return store_->Compact(context, before, limit);
  }

 private:
  ChangeStore* const store_;
};

class FixedModels final : public TextEmbedder, public ProfileFuser {
 public:
  absl::StatusOr<TextVectors> Embed(const RequestContext&,
                                    absl::Span<const std::string> texts) override {
    return TextVectors{"text/1", std::vector<std::vector<float>>(texts.size(), {1, 0})};
  }
  std::string model_id() const override { return "text/1"; }
  absl::StatusOr<std::vector<FusedVector>> FuseAll(const RequestContext&,
                                                   absl::Span<const KnownParts> rows) override {
    std::vector<FusedVector> fused;
    for (const KnownParts& parts : rows) {
      fused.push_back({"fuser/1", {parts.behavior != nullptr ? 1.0f : 0.0f}});
    }
    return fused;
  }
};

// Every picture is one white pixel, in which nothing is seen; what begins with "V" is a video of
// one.
class OnePixel final : public PictureDecoder, public PictureModel {
 public:
  absl::StatusOr<Pixels> Decode(const RequestContext&, absl::string_view) override {
    return Pixels{
        .original_width = 1, .original_height = 1, .width = 1, .height = 1, .rgb = {255, 255, 255}};
  }
  bool IsVideo(absl::string_view bytes) const override { return absl::StartsWith(bytes, "V"); }
  absl::StatusOr<VideoFacts> CheckVideo(const RequestContext&, absl::string_view) override {
    return VideoFacts{.width = 1, .height = 1, .duration = absl::Seconds(1), .frame_count = 1};
  }
  absl::StatusOr<VideoPart> DecodeFrames(const RequestContext&, absl::string_view, int,
                                         int) override {
    return VideoPart{.duration = absl::Seconds(1)};
  }
  absl::StatusOr<std::vector<Sighting>> SeeAll(const RequestContext&,
                                               absl::Span<const Pixels* const> pictures) override {
    return std::vector<Sighting>(pictures.size(), Sighting{.model_id = "detector/1"});
  }
  std::string model_id() const override { return "detector/1"; }
};

struct Service {
  explicit Service(rpc::Dispatcher* dispatcher, const Clock* clock)
      : stores(clock),
        changes(&stores),
        notifier(&changes, clock),
        customers(&stores, &notifier, clock),
        events(&stores, &notifier, clock),
        quarantine(&stores, &notifier, clock, {}),
        consents(&stores, &notifier, clock, {}),
        merges(&stores, &notifier, {}),
        profiles(&stores, &models, &models, clock, {}),
        explanations(&stores, &profiles, &models, clock, {}),
        overviews(&stores, &profiles, clock),
        watch(&profiles, &stores, &notifier, clock, {.longest_wait = absl::ZeroDuration()}),
        segments(&stores, &stores, nullptr, clock, {}),
        cards(&overviews, &stores, clock),
        reports(&segments, &stores, &stores, clock, {}),
        media(&stores, &pixel, &pixel, clock, {}),
        feed(&changes, &notifier, clock, {}),
        segment_changes(&feed, &segments),
        maker(&stores, &stores, &profiles, &index, clock, {}),
        similar(&index, &maker, &stores, &profiles, &stores, &stores, {}, clock),
        rpc(dispatcher, &customers, &events, &quarantine, &consents, &merges, &watch, &explanations,
            &overviews, &cards, &media, &segments, &reports, &similar, &segment_changes, &feed) {}

  testing::MemoryStores stores;
  EndingChangeStore changes;
  ChangeNotifier notifier;
  FixedModels models;
  Customers customers;
  Events events;
  Quarantine quarantine;
  ConsentRegister consents;
  Merges merges;
  Profiles profiles;
  ProfileExplanations explanations;
  Overviews overviews;
  ProfileWatch watch;
  Segments segments;
  ProfileCards cards;
  SegmentReports reports;
  OnePixel pixel;
  MediaLibrary media;
  ChangeFeed feed;
  SegmentChanges segment_changes;
  VectorIndex index{1 << 20};
  ProfileVectorMaker maker;
  SimilarCustomers similar;
  ProfileRpc rpc;
};

// What the service tells of a customer or an event, it also takes.
void CheckRoundTrip(const pb::Message& part) {
  if (const auto* customer = dynamic_cast<const v1::Customer*>(&part)) {
    v1::Customer again = ToProto(FromProto(*customer));
    *again.mutable_create_time() = customer->create_time();
    *again.mutable_update_time() = customer->update_time();
    again.set_etag(customer->etag());
    again.set_survivor(customer->survivor());
    again.set_merged_customer_count(customer->merged_customer_count());
    fuzz::Require(fuzz::BytesOf(again) == fuzz::BytesOf(part), "a customer converts back");
  } else if (const auto* event = dynamic_cast<const v1::Event*>(&part)) {
    fuzz::Require(fuzz::BytesOf(ToProto(ToSentEvent(*event))) == fuzz::BytesOf(part),
                  "an event in quarantine converts back");
    pb::RepeatedPtrField<v1::Event> events;
    *events.Add() = *event;
    FieldViolations bad;
    ValidateEvent(FromProto(events).front(), absl::InfiniteFuture(), "event", bad);
    if (!bad.empty()) return;  // in quarantine
    fuzz::Require(fuzz::BytesOf(ToProto(FromProto(events).front())) == fuzz::BytesOf(part),
                  "an event converts back");
  }
}

fuzz::ScriptRunner<ProfileRpc> MakeRunner() {
  fuzz::ScriptRunner<ProfileRpc> runner;
  runner.Add("CreateCustomer", &ProfileRpc::CreateCustomer)
      .Add("BatchCreateCustomers", &ProfileRpc::BatchCreateCustomers)
      .Add("GetCustomer", &ProfileRpc::GetCustomer)
      .Add("ListCustomers", &ProfileRpc::ListCustomers)
      .Add("UpdateCustomer", &ProfileRpc::UpdateCustomer)
      .Add("DeleteCustomer", &ProfileRpc::DeleteCustomer)
      .Add("BatchCreateEvents", &ProfileRpc::BatchCreateEvents)
      .Add("IngestEvents", &ProfileRpc::IngestEvents)
      .Add("ListEvents", &ProfileRpc::ListEvents)
      .Add("ListQuarantinedEvents", &ProfileRpc::ListQuarantinedEvents)
      .Add("UpdateQuarantinedEvent", &ProfileRpc::UpdateQuarantinedEvent)
      .Add("ReplayQuarantinedEvents", &ProfileRpc::ReplayQuarantinedEvents)
      .Add("DeleteQuarantinedEvent", &ProfileRpc::DeleteQuarantinedEvent)
      .Add("UpdateConsent", &ProfileRpc::UpdateConsent)
      .Add("BatchUpdateConsents", &ProfileRpc::BatchUpdateConsents)
      .Add("ListConsents", &ProfileRpc::ListConsents)
      .Add("ListConsentDecisions", &ProfileRpc::ListConsentDecisions)
      .Add("MergeCustomers", &ProfileRpc::MergeCustomers)
      .Add("UndoMerge", &ProfileRpc::UndoMerge)
      .Add("ListMerges", &ProfileRpc::ListMerges)
      .Add("ListMatches", &ProfileRpc::ListMatches)
      .Add("DismissMatch", &ProfileRpc::DismissMatch)
      .Add("GetProfile", &ProfileRpc::GetProfile)
      .Add("GetCustomerOverview", &ProfileRpc::GetCustomerOverview)
      .Add("ExplainProfile", &ProfileRpc::ExplainProfile)
      .Add("ListSimilarCustomers", &ProfileRpc::ListSimilarCustomers)
      .Add("RenderProfileCard", &ProfileRpc::RenderProfileCard)
      .Add("UploadMedia", &ProfileRpc::UploadMedia)
      .Add("GetMedia", &ProfileRpc::GetMedia)
      .Add("ListMedia", &ProfileRpc::ListMedia)
      .Add("DeleteMedia", &ProfileRpc::DeleteMedia)
      .Add("DetectObjects", &ProfileRpc::DetectObjects)
      .Add("CreateSegment", &ProfileRpc::CreateSegment)
      .Add("GetSegment", &ProfileRpc::GetSegment)
      .Add("ListSegments", &ProfileRpc::ListSegments)
      .Add("DeleteSegment", &ProfileRpc::DeleteSegment)
      .Add("ListSegmentMembers", &ProfileRpc::ListSegmentMembers)
      .Add("RenderSegmentReport", &ProfileRpc::RenderSegmentReport)
      .Add("StreamSegmentChanges", &ProfileRpc::StreamSegmentChanges)
      .Add("StreamChanges", &ProfileRpc::StreamChanges);
  return runner;
}

}  // namespace
}  // namespace clientele::profile

const clientele::fuzz::CallScript& clientele::fuzz::TargetScript() {
  static const CallScript script(
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          profile::v1::ProfileService::service_full_name()));
  return script;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clientele;
  static const testing::FakeClock clock;
  static auto& worker =
      *new fuzz::OneWorker(profile::v1::ProfileService::service_full_name(), &clock);
  static const auto runner = profile::MakeRunner();
  const auto script = fuzz::TargetScript().Parse({reinterpret_cast<const char*>(data), size});
  profile::Service service(worker.dispatcher(), &clock);
  runner.Run(*script, worker, service.rpc, profile::CheckRoundTrip);
  return 0;
}
