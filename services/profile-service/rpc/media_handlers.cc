// ProfileRpc's calls about pictures.
#include <memory>
#include <string>
#include <utility>

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/status_macros.h"
#include "services/profile-service/rpc/media_conversion.h"
#include "services/profile-service/rpc/profile_rpc.h"

namespace clientele::profile {

grpc::ServerReadReactor<v1::UploadMediaRequest>* ProfileRpc::UploadMedia(
    grpc::CallbackServerContext* context, v1::Media* response) {
  const std::shared_ptr<MediaUpload> upload = media_->NewUpload();
  return dispatcher_->WholeClientStream<v1::UploadMediaRequest>(
      context, response, "UploadMedia",
      [this, upload](const RequestContext& context,
                     const v1::UploadMediaRequest& request) -> absl::Status {
        if (request.has_media()) {
          CLIENTELE_ASSIGN_OR_RETURN(Media media, FromProto(request.media()));
          CLIENTELE_RETURN_IF_ERROR(
              media_->Begin(context, *upload, std::move(media), request.media().content_type()));
        }
        return upload->Append(request.chunk());
      },
      [this, upload](const RequestContext& context) -> absl::StatusOr<v1::Media> {
        CLIENTELE_ASSIGN_OR_RETURN(const Media media, media_->Finish(context, *upload));
        return ToProto(media);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::GetMedia(grpc::CallbackServerContext* context,
                                               const v1::GetMediaRequest* request,
                                               v1::Media* response) {
  return dispatcher_->Unary(
      context, request, response, "GetMedia",
      [this](const RequestContext& context,
             const v1::GetMediaRequest& request) -> absl::StatusOr<v1::Media> {
        CLIENTELE_ASSIGN_OR_RETURN(const auto ids, ParseMediaName(request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const Media media, media_->Get(context, ids.first, ids.second));
        return ToProto(media);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ListMedia(grpc::CallbackServerContext* context,
                                                const v1::ListMediaRequest* request,
                                                v1::ListMediaResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListMedia",
      [this](const RequestContext& context,
             const v1::ListMediaRequest& request) -> absl::StatusOr<v1::ListMediaResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("customers/{}", request.parent(), "parent"));
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const MediaPage page,
                                   media_->List(context, id, page_size, request.page_token()));
        v1::ListMediaResponse response;
        for (const Media& media : page.media) *response.add_media() = ToProto(media);
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::DeleteMedia(grpc::CallbackServerContext* context,
                                                  const v1::DeleteMediaRequest* request,
                                                  google::protobuf::Empty* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "DeleteMedia",
      [this](const RequestContext& context,
             const v1::DeleteMediaRequest& request) -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "DeleteMedia", request));
        CLIENTELE_ASSIGN_OR_RETURN(const auto ids, ParseMediaName(request.name(), "name"));
        CLIENTELE_RETURN_IF_ERROR(media_->Delete(context, mutation, ids.first, ids.second));
        return google::protobuf::Empty();
      });
}

grpc::ServerUnaryReactor* ProfileRpc::DetectObjects(grpc::CallbackServerContext* context,
                                                    const v1::DetectObjectsRequest* request,
                                                    v1::DetectObjectsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "DetectObjects",
      [this](const RequestContext& context,
             const v1::DetectObjectsRequest& request) -> absl::StatusOr<v1::DetectObjectsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const DetectedPicture detected,
                                   media_->Detect(context, request.picture()));
        return ToProto(detected);
      });
}

}  // namespace clientele::profile
