#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_PROFILE_RPC_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_PROFILE_RPC_H_

#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/rpc/dispatcher.h"
#include "services/profile-service/core/cards/profile_cards.h"
#include "services/profile-service/core/cards/segment_reports.h"
#include "services/profile-service/core/changes/change_feed.h"
#include "services/profile-service/core/consent/consent_register.h"
#include "services/profile-service/core/customers/customers.h"
#include "services/profile-service/core/events/events.h"
#include "services/profile-service/core/media/media_library.h"
#include "services/profile-service/core/merges/merges.h"
#include "services/profile-service/core/profiles/overview.h"
#include "services/profile-service/core/profiles/profile_explanations.h"
#include "services/profile-service/core/profiles/profile_watch.h"
#include "services/profile-service/core/quarantine/quarantine.h"
#include "services/profile-service/core/segments/segment_changes.h"
#include "services/profile-service/core/segments/segments.h"
#include "services/profile-service/core/similar/similar_customers.h"

namespace clientele::profile {

// clientele.profile.v1.ProfileService over the domain: parses, calls core, converts
// back. Thread-safe.
class ProfileRpc final : public v1::ProfileService::CallbackService {
 public:
  // All borrowed; they outlive the service.
  ProfileRpc(rpc::Dispatcher* dispatcher, Customers* customers, Events* events,
             Quarantine* quarantine, ConsentRegister* consents, Merges* merges, ProfileWatch* watch,
             const ProfileExplanations* explanations, const Overviews* overviews,
             const ProfileCards* cards, MediaLibrary* media, Segments* segments,
             const SegmentReports* reports, const SimilarCustomers* similar,
             SegmentChanges* segment_changes, ChangeFeed* changes)
      : dispatcher_(dispatcher),
        customers_(customers),
        events_(events),
        quarantine_(quarantine),
        consents_(consents),
        merges_(merges),
        watch_(watch),
        explanations_(explanations),
        overviews_(overviews),
        cards_(cards),
        media_(media),
        segments_(segments),
        reports_(reports),
        similar_(similar),
        segment_changes_(segment_changes),
        changes_(changes) {}

  grpc::ServerUnaryReactor* CreateCustomer(grpc::CallbackServerContext* context,
                                           const v1::CreateCustomerRequest* request,
                                           v1::Customer* response) override;
  grpc::ServerUnaryReactor* BatchCreateCustomers(
      grpc::CallbackServerContext* context, const v1::BatchCreateCustomersRequest* request,
      v1::BatchCreateCustomersResponse* response) override;
  grpc::ServerUnaryReactor* GetCustomer(grpc::CallbackServerContext* context,
                                        const v1::GetCustomerRequest* request,
                                        v1::Customer* response) override;
  grpc::ServerUnaryReactor* ListCustomers(grpc::CallbackServerContext* context,
                                          const v1::ListCustomersRequest* request,
                                          v1::ListCustomersResponse* response) override;
  grpc::ServerUnaryReactor* UpdateCustomer(grpc::CallbackServerContext* context,
                                           const v1::UpdateCustomerRequest* request,
                                           v1::Customer* response) override;
  grpc::ServerUnaryReactor* DeleteCustomer(grpc::CallbackServerContext* context,
                                           const v1::DeleteCustomerRequest* request,
                                           google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* BatchCreateEvents(grpc::CallbackServerContext* context,
                                              const v1::BatchCreateEventsRequest* request,
                                              v1::BatchCreateEventsResponse* response) override;
  grpc::ServerReadReactor<v1::BatchCreateEventsRequest>* IngestEvents(
      grpc::CallbackServerContext* context, v1::BatchCreateEventsResponse* response) override;
  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context,
                                       const v1::ListEventsRequest* request,
                                       v1::ListEventsResponse* response) override;
  grpc::ServerUnaryReactor* ListQuarantinedEvents(
      grpc::CallbackServerContext* context, const v1::ListQuarantinedEventsRequest* request,
      v1::ListQuarantinedEventsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateQuarantinedEvent(grpc::CallbackServerContext* context,
                                                   const v1::UpdateQuarantinedEventRequest* request,
                                                   v1::QuarantinedEvent* response) override;
  grpc::ServerUnaryReactor* ReplayQuarantinedEvents(
      grpc::CallbackServerContext* context, const v1::ReplayQuarantinedEventsRequest* request,
      v1::ReplayQuarantinedEventsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteQuarantinedEvent(grpc::CallbackServerContext* context,
                                                   const v1::DeleteQuarantinedEventRequest* request,
                                                   google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* UpdateConsent(grpc::CallbackServerContext* context,
                                          const v1::UpdateConsentRequest* request,
                                          v1::Consent* response) override;
  grpc::ServerUnaryReactor* BatchUpdateConsents(grpc::CallbackServerContext* context,
                                                const v1::BatchUpdateConsentsRequest* request,
                                                v1::BatchUpdateConsentsResponse* response) override;
  grpc::ServerUnaryReactor* ListConsents(grpc::CallbackServerContext* context,
                                         const v1::ListConsentsRequest* request,
                                         v1::ListConsentsResponse* response) override;
  grpc::ServerUnaryReactor* ListConsentDecisions(
      grpc::CallbackServerContext* context, const v1::ListConsentDecisionsRequest* request,
      v1::ListConsentDecisionsResponse* response) override;
  grpc::ServerUnaryReactor* MergeCustomers(grpc::CallbackServerContext* context,
                                           const v1::MergeCustomersRequest* request,
                                           v1::MergeCustomersResponse* response) override;
  grpc::ServerUnaryReactor* UndoMerge(grpc::CallbackServerContext* context,
                                      const v1::UndoMergeRequest* request,
                                      v1::Merge* response) override;
  grpc::ServerUnaryReactor* ListMerges(grpc::CallbackServerContext* context,
                                       const v1::ListMergesRequest* request,
                                       v1::ListMergesResponse* response) override;
  grpc::ServerUnaryReactor* ListMatches(grpc::CallbackServerContext* context,
                                        const v1::ListMatchesRequest* request,
                                        v1::ListMatchesResponse* response) override;
  grpc::ServerUnaryReactor* DismissMatch(grpc::CallbackServerContext* context,
                                         const v1::DismissMatchRequest* request,
                                         v1::Match* response) override;
  grpc::ServerUnaryReactor* GetProfile(grpc::CallbackServerContext* context,
                                       const v1::GetProfileRequest* request,
                                       v1::Profile* response) override;
  grpc::ServerWriteReactor<v1::Profile>* WatchProfile(
      grpc::CallbackServerContext* context, const v1::WatchProfileRequest* request) override;
  grpc::ServerUnaryReactor* GetCustomerOverview(grpc::CallbackServerContext* context,
                                                const v1::GetCustomerOverviewRequest* request,
                                                v1::CustomerOverview* response) override;
  grpc::ServerUnaryReactor* ExplainProfile(grpc::CallbackServerContext* context,
                                           const v1::ExplainProfileRequest* request,
                                           v1::ProfileExplanation* response) override;
  grpc::ServerUnaryReactor* ListSimilarCustomers(
      grpc::CallbackServerContext* context, const v1::ListSimilarCustomersRequest* request,
      v1::ListSimilarCustomersResponse* response) override;
  grpc::ServerUnaryReactor* RenderProfileCard(grpc::CallbackServerContext* context,
                                              const v1::RenderProfileCardRequest* request,
                                              v1::RenderProfileCardResponse* response) override;
  grpc::ServerReadReactor<v1::UploadMediaRequest>* UploadMedia(grpc::CallbackServerContext* context,
                                                               v1::Media* response) override;
  grpc::ServerUnaryReactor* GetMedia(grpc::CallbackServerContext* context,
                                     const v1::GetMediaRequest* request,
                                     v1::Media* response) override;
  grpc::ServerUnaryReactor* ListMedia(grpc::CallbackServerContext* context,
                                      const v1::ListMediaRequest* request,
                                      v1::ListMediaResponse* response) override;
  grpc::ServerUnaryReactor* DeleteMedia(grpc::CallbackServerContext* context,
                                        const v1::DeleteMediaRequest* request,
                                        google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* DetectObjects(grpc::CallbackServerContext* context,
                                          const v1::DetectObjectsRequest* request,
                                          v1::DetectObjectsResponse* response) override;
  grpc::ServerUnaryReactor* CreateSegment(grpc::CallbackServerContext* context,
                                          const v1::CreateSegmentRequest* request,
                                          v1::Segment* response) override;
  grpc::ServerUnaryReactor* GetSegment(grpc::CallbackServerContext* context,
                                       const v1::GetSegmentRequest* request,
                                       v1::Segment* response) override;
  grpc::ServerUnaryReactor* ListSegments(grpc::CallbackServerContext* context,
                                         const v1::ListSegmentsRequest* request,
                                         v1::ListSegmentsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteSegment(grpc::CallbackServerContext* context,
                                          const v1::DeleteSegmentRequest* request,
                                          google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* ListSegmentMembers(grpc::CallbackServerContext* context,
                                               const v1::ListSegmentMembersRequest* request,
                                               v1::ListSegmentMembersResponse* response) override;
  grpc::ServerUnaryReactor* RenderSegmentReport(grpc::CallbackServerContext* context,
                                                const v1::RenderSegmentReportRequest* request,
                                                v1::RenderSegmentReportResponse* response) override;
  grpc::ServerWriteReactor<v1::StreamSegmentChangesResponse>* StreamSegmentChanges(
      grpc::CallbackServerContext* context,
      const v1::StreamSegmentChangesRequest* request) override;
  grpc::ServerWriteReactor<v1::StreamChangesResponse>* StreamChanges(
      grpc::CallbackServerContext* context, const v1::StreamChangesRequest* request) override;

 private:
  absl::StatusOr<EventBatchOutcome> CreateBatch(const RequestContext& context, const char* method,
                                                const v1::BatchCreateEventsRequest& request,
                                                int64_t first_index);

  rpc::Dispatcher* const dispatcher_;
  Customers* const customers_;
  Events* const events_;
  Quarantine* const quarantine_;
  ConsentRegister* const consents_;
  Merges* const merges_;
  ProfileWatch* const watch_;
  const ProfileExplanations* const explanations_;
  const Overviews* const overviews_;
  const ProfileCards* const cards_;
  MediaLibrary* const media_;
  Segments* const segments_;
  const SegmentReports* const reports_;
  const SimilarCustomers* const similar_;
  SegmentChanges* const segment_changes_;
  ChangeFeed* const changes_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_PROFILE_RPC_H_
