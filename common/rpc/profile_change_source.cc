#include "common/rpc/profile_change_source.h"

#include <optional>
#include <stop_token>
#include <utility>

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include "absl/status/status.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/rpc/client_context.h"
#include "common/rpc/event_kind.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/status_bridge.h"
#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"

namespace clientele::rpc {
namespace {

namespace v1 = ::clientele::profile::v1;
using changefeed::Change;
using changefeed::ChangeBatch;
using changefeed::ChangedEvent;

absl::StatusOr<ChangedEvent> ToEvent(const v1::Event& proto) {
  ChangedEvent event;
  event.event_id = proto.event_id();
  event.type = ToEventKind(proto.type());
  CLIENTELE_ASSIGN_OR_RETURN(event.event_time, ToTime(proto.event_time(), "event.event_time"));
  if (!proto.item().empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(event.item_id,
                               ParseResourceName("items/{}", proto.item(), "event.item"));
  }
  event.category = proto.category();
  event.quantity = proto.quantity();
  event.amount_micros = proto.amount_micros();
  event.currency_code = proto.currency_code();
  event.text = proto.text();
  event.channel = proto.channel();
  event.device = proto.device();
  event.rating = proto.rating();
  event.campaign_id = proto.campaign_id();
  event.coupon_id = proto.coupon_id();
  event.left_out = proto.left_out() != v1::LEFT_OUT_REASON_UNSPECIFIED;
  return event;
}

// Purposes and decisions of a newer service are left out.
consent::Consents ToConsents(
    const google::protobuf::RepeatedPtrField<v1::PurposeDecision>& protos) {
  consent::Consents consents;
  for (const v1::PurposeDecision& proto : protos) {
    for (const consent::Purpose purpose : consent::kPurposes) {
      if (static_cast<int>(purpose) != static_cast<int>(proto.purpose())) continue;
      if (proto.state() == v1::CONSENT_STATE_GRANTED) {
        consents.Set(purpose, consent::Decision::kGranted);
      } else if (proto.state() == v1::CONSENT_STATE_WITHDRAWN) {
        consents.Set(purpose, consent::Decision::kWithdrawn);
      }
    }
  }
  return consents;
}

// Empty of who stands for themselves.
absl::StatusOr<std::string> ToSurvivor(const std::string& name) {
  if (name.empty()) return std::string();
  return ParseResourceName("customers/{}", name, "survivor");
}

absl::StatusOr<Change> ToChange(const v1::Change& proto) {
  Change change;
  // A newer service may tell of what is nobody's.
  const bool of_nobody =
      proto.customer().empty() &&
      (proto.has_events_expired() || proto.kind_case() == v1::Change::KIND_NOT_SET);
  if (!of_nobody) {
    CLIENTELE_ASSIGN_OR_RETURN(change.customer_id,
                               ParseResourceName("customers/{}", proto.customer(), "customer"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(change.change_time, ToTime(proto.change_time(), "change_time"));
  switch (proto.kind_case()) {
    case v1::Change::kEvent: {
      change.kind = Change::Kind::kEvent;
      CLIENTELE_ASSIGN_OR_RETURN(change.event, ToEvent(proto.event()));
      break;
    }
    case v1::Change::kCustomerCreated: {
      change.kind = Change::Kind::kCustomerCreated;
      change.consents = ToConsents(proto.customer_created().decisions());
      CLIENTELE_ASSIGN_OR_RETURN(change.survivor_id,
                                 ToSurvivor(proto.customer_created().survivor()));
      break;
    }
    case v1::Change::kCustomerDeleted:
      change.kind = Change::Kind::kCustomerDeleted;
      break;
    case v1::Change::kConsentsChanged:
      change.kind = Change::Kind::kConsentsChanged;
      change.consents = ToConsents(proto.consents_changed().decisions());
      break;
    case v1::Change::kSurvivorChanged: {
      change.kind = Change::Kind::kSurvivorChanged;
      CLIENTELE_ASSIGN_OR_RETURN(change.survivor_id,
                                 ToSurvivor(proto.survivor_changed().survivor()));
      break;
    }
    case v1::Change::kEventsExpired: {
      change.kind = Change::Kind::kEventsExpired;
      change.expired_type = ToEventKind(proto.events_expired().type());
      CLIENTELE_ASSIGN_OR_RETURN(change.expired_before,
                                 ToTime(proto.events_expired().before(), "events_expired.before"));
      break;
    }
    default:
      break;  // of a newer service
  }
  return change;
}

absl::StatusOr<std::optional<changefeed::SnapshotKey>> ToSnapshotKey(const v1::SnapshotKey& proto) {
  if (proto.customer().empty()) return std::nullopt;
  changefeed::SnapshotKey key;
  CLIENTELE_ASSIGN_OR_RETURN(
      key.customer_id, ParseResourceName("customers/{}", proto.customer(), "snapshot.customer"));
  key.event_id = proto.event_id();
  return key;
}

class ProfileChangeStream final : public changefeed::ChangeStream {
 public:
  ProfileChangeStream(const RequestContext& context, const ProfileChangeSourceOptions& options,
                      const v1::StreamChangesRequest& request)
      : stub_(v1::ProfileService::NewStub(options.channel)),
        on_cancel_(context.cancellation.stop_token(), TryCancel{&client_}) {
    RequestContext without_deadline = context;
    without_deadline.deadline = absl::InfiniteFuture();
    PrepareClientContext(
        without_deadline,
        {.bearer_token = options.bearer_token, .timeout = absl::InfiniteDuration()}, &client_);
    reader_ = stub_->StreamChanges(&client_, request);
  }
  // The call must have ended before its context is destroyed.
  ~ProfileChangeStream() override {
    client_.TryCancel();
    if (!finished_.has_value()) {
      v1::StreamChangesResponse ignored;
      while (reader_->Read(&ignored)) {
      }
      (void)reader_->Finish();
    }
  }

  absl::StatusOr<ChangeBatch> Next() override {
    if (finished_.has_value()) return *finished_;
    v1::StreamChangesResponse response;
    if (!reader_->Read(&response)) {
      const absl::Status end = FromGrpcStatus(reader_->Finish());
      finished_ = end.ok() ? absl::OutOfRangeError("profile-service ended the feed") : end;
      return *finished_;
    }
    ChangeBatch batch;
    batch.cursor = response.cursor();
    batch.changes.reserve(static_cast<std::size_t>(response.changes_size()));
    for (const v1::Change& proto : response.changes()) {
      CLIENTELE_ASSIGN_OR_RETURN(Change change, ToChange(proto));
      batch.changes.push_back(std::move(change));
    }
    if (response.has_snapshot()) {
      changefeed::SnapshotRange& range = batch.snapshot.emplace();
      CLIENTELE_ASSIGN_OR_RETURN(range.after, ToSnapshotKey(response.snapshot().after()));
      CLIENTELE_ASSIGN_OR_RETURN(range.through, ToSnapshotKey(response.snapshot().through()));
    }
    return batch;
  }

  void Cancel() override { client_.TryCancel(); }

 private:
  struct TryCancel {
    grpc::ClientContext* client;
    void operator()() const { client->TryCancel(); }
  };

  const std::unique_ptr<v1::ProfileService::Stub> stub_;
  grpc::ClientContext client_;
  std::unique_ptr<grpc::ClientReader<v1::StreamChangesResponse>> reader_;
  std::optional<absl::Status> finished_;
  const std::stop_callback<TryCancel> on_cancel_;
};

}  // namespace

ProfileChangeSource::ProfileChangeSource(ProfileChangeSourceOptions options)
    : options_(std::move(options)) {}
ProfileChangeSource::~ProfileChangeSource() = default;

absl::StatusOr<std::unique_ptr<changefeed::ChangeStream>> ProfileChangeSource::Open(
    const RequestContext& context, absl::string_view cursor) {
  v1::StreamChangesRequest request;
  request.set_cursor(std::string(cursor));
  request.set_max_batch_size(options_.max_batch_size);
  request.set_include_text(options_.include_text);
  request.set_follower(context.caller.name);
  return std::make_unique<ProfileChangeStream>(context, options_, request);
}

}  // namespace clientele::rpc
