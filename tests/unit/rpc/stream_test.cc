#include <future>
#include <latch>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

v1::StreamChangesResponse Message(int number) {
  v1::StreamChangesResponse message;
  message.set_cursor(absl::StrCat(number));
  return message;
}

TEST_CASE("a server stream delivers every message in order, then its status") {
  TestServer server;
  server.service->stream_changes = [](const RequestContext&, const v1::StreamChangesRequest&,
                                      StreamWriter<v1::StreamChangesResponse>& writer) {
    for (int i = 0; i < 1000; ++i) {
      CLIENTELE_RETURN_IF_ERROR(writer.Write(Message(i)));
    }
    return NotFound("customers/1001");
  };
  grpc::ClientContext context;
  auto reader = server.stub->StreamChanges(&context, {});
  v1::StreamChangesResponse message;
  int count = 0;
  while (reader->Read(&message)) CHECK(message.cursor() == absl::StrCat(count++));
  CHECK(count == 1000);
  CHECK(absl::IsNotFound(FromGrpcStatus(reader->Finish())));
}

TEST_CASE("a stream whose caller leaves ends") {
  TestServer server;
  std::promise<absl::Status> ended;
  server.service->stream_changes = [&](const RequestContext& context,
                                       const v1::StreamChangesRequest&,
                                       StreamWriter<v1::StreamChangesResponse>& writer) {
    CLIENTELE_RETURN_IF_ERROR(writer.Write(Message(1)));
    CHECK(context.cancellation.WaitFor(absl::InfiniteDuration()));
    const absl::Status status = writer.Write(Message(2));
    ended.set_value(status);
    return status;
  };
  grpc::ClientContext context;
  auto reader = server.stub->StreamChanges(&context, {});
  v1::StreamChangesResponse message;
  REQUIRE(reader->Read(&message));
  context.TryCancel();
  CHECK(absl::IsCancelled(ended.get_future().get()));
}

TEST_CASE("streams beyond the workers are refused, and unary calls go on") {
  TestServer server({.stream_threads = 1});
  server.service->stream_changes = [](const RequestContext& context,
                                      const v1::StreamChangesRequest&,
                                      StreamWriter<v1::StreamChangesResponse>& writer) {
    CLIENTELE_RETURN_IF_ERROR(writer.Write(Message(1)));
    context.cancellation.WaitFor(absl::InfiniteDuration());
    return absl::OkStatus();
  };
  grpc::ClientContext first_context;
  auto first = server.stub->StreamChanges(&first_context, {});
  v1::StreamChangesResponse message;
  REQUIRE(first->Read(&message));
  grpc::ClientContext second_context;
  auto second = server.stub->StreamChanges(&second_context, {});
  CHECK_FALSE(second->Read(&message));
  CHECK(absl::IsResourceExhausted(FromGrpcStatus(second->Finish())));
  CHECK(server.Get("x").status.ok());
  first_context.TryCancel();
  first->Finish();
}

// Counts events; the status of the last Read is kept.
struct Ingest {
  std::latch first{1};
  std::promise<absl::Status> end;
  absl::StatusOr<v1::BatchCreateEventsResponse> operator()(
      const RequestContext&, StreamReader<v1::BatchCreateEventsRequest>& reader) {
    v1::BatchCreateEventsResponse response;
    v1::BatchCreateEventsRequest message;
    while (true) {
      const absl::StatusOr<bool> more = reader.Read(&message);
      if (!more.ok() || !*more) {
        end.set_value(more.status());
        if (!more.ok()) return more.status();
        return response;
      }
      if (response.created_count() == 0) first.count_down();
      response.set_created_count(response.created_count() + message.events_size());
    }
  }
};

TEST_CASE("a client stream is read to its end and answered") {
  TestServer server;
  Ingest ingest;
  server.service->ingest_events = std::ref(ingest);
  grpc::ClientContext context;
  v1::BatchCreateEventsResponse response;
  auto writer = server.stub->IngestEvents(&context, &response);
  v1::BatchCreateEventsRequest message;
  message.add_events()->set_event_id("e");
  message.add_events()->set_event_id("f");
  for (int i = 0; i < 500; ++i) REQUIRE(writer->Write(message));
  writer->WritesDone();
  REQUIRE(writer->Finish().ok());
  CHECK(response.created_count() == 1000);
}

TEST_CASE("a client stream that is cut is no end") {
  TestServer server;
  Ingest ingest;
  server.service->ingest_events = std::ref(ingest);
  grpc::ClientContext context;
  v1::BatchCreateEventsResponse response;
  auto writer = server.stub->IngestEvents(&context, &response);
  v1::BatchCreateEventsRequest message;
  message.add_events()->set_event_id("e");
  REQUIRE(writer->Write(message));
  ingest.first.wait();  // else the call may end before its function starts
  context.TryCancel();
  writer->Finish();
  CHECK(absl::IsCancelled(ingest.end.get_future().get()));
}

TEST_CASE("a message of a client stream that does not parse is refused, not taken for the end") {
  TestServer server;
  Ingest ingest;
  server.service->ingest_events = std::ref(ingest);
  grpc::ClientContext context;
  v1::BatchCreateEventsResponse response;
  auto writer = server.stub->IngestEvents(&context, &response);
  v1::BatchCreateEventsRequest good;
  good.add_events()->set_event_id("e");
  REQUIRE(writer->Write(good));
  v1::BatchCreateEventsRequest bad;
  bad.add_events()->set_event_id("\xff\xfe");  // protobuf C++ sends it all the same
  writer->Write(bad);
  writer->WritesDone();
  const absl::Status status = FromGrpcStatus(writer->Finish());
  CHECK(absl::IsInvalidArgument(status));
  CHECK(absl::IsInvalidArgument(ingest.end.get_future().get()));
}

}  // namespace
}  // namespace clientele::rpc::testing
