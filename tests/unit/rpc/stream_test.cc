#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
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

absl::Status Accept(const RequestContext&, const v1::BatchCreateEventsRequest&) {
  return absl::OkStatus();
}

v1::BatchCreateEventsRequest OneEvent() {
  v1::BatchCreateEventsRequest message;
  message.add_events()->set_event_id("e");
  return message;
}

// A client stream of the test.
struct IngestCall {
  explicit IngestCall(TestServer& server)
      : writer(server.stub->IngestEvents(&context, &response)) {}
  absl::Status Finish() { return FromGrpcStatus(writer->Finish()); }

  grpc::ClientContext context;
  v1::BatchCreateEventsResponse response;
  std::unique_ptr<grpc::ClientWriter<v1::BatchCreateEventsRequest>> writer;
};

TEST_CASE("a client stream is read to its end and answered") {
  TestServer server;
  server.service->ingest_events = Accept;
  IngestCall call(server);
  v1::BatchCreateEventsRequest message = OneEvent();
  message.add_events()->set_event_id("f");
  for (int i = 0; i < 500; ++i) REQUIRE(call.writer->Write(message));
  call.writer->WritesDone();
  REQUIRE(call.Finish().ok());
  CHECK(call.response.created_count() == 1000);
}

TEST_CASE("messages of a client stream are taken in one by one, in their order") {
  TestServer server({.client_stream_threads = 4});
  std::atomic<int> at_work = 0;
  std::atomic<bool> overlapped = false;
  std::atomic<int> next = 0;
  server.service->ingest_events = [&](const RequestContext&,
                                      const v1::BatchCreateEventsRequest& request) {
    if (++at_work > 1) overlapped = true;
    if (request.events(0).event_id() == absl::StrCat(next.load())) ++next;
    --at_work;
    return absl::OkStatus();
  };
  IngestCall call(server);
  v1::BatchCreateEventsRequest message = OneEvent();
  for (int i = 0; i < 500; ++i) {
    message.mutable_events(0)->set_event_id(absl::StrCat(i));
    REQUIRE(call.writer->Write(message));
  }
  call.writer->WritesDone();
  REQUIRE(call.Finish().ok());
  CHECK(next == 500);
  CHECK_FALSE(overlapped);
}

TEST_CASE("while a message of a client stream is taken in, the next is read and waits") {
  TestServer server;
  Hold hold;
  std::atomic<int> taken_in = 0;
  absl::Status result;
  SECTION("and is taken in after it") { result = absl::OkStatus(); }
  SECTION("and is dropped with the call") { result = absl::FailedPreconditionError("no"); }
  server.service->ingest_events = [&](const RequestContext&, const v1::BatchCreateEventsRequest&) {
    if (++taken_in == 1) hold.Enter();
    return result;
  };
  IngestCall call(server);
  REQUIRE(call.writer->Write(OneEvent()));
  hold.AwaitStart();
  // In process a write ends when the other side has read it.
  REQUIRE(call.writer->Write(OneEvent()));
  CHECK(taken_in == 1);
  hold.Release();
  call.writer->WritesDone();
  CHECK(call.Finish().code() == result.code());
  CHECK(taken_in == (result.ok() ? 2 : 1));
}

TEST_CASE("a client stream that is cut is no end") {
  TestServer server;
  std::latch first(1);
  server.service->ingest_events = [&](const RequestContext&, const v1::BatchCreateEventsRequest&) {
    first.count_down();
    return absl::OkStatus();
  };
  IngestCall call(server);
  REQUIRE(call.writer->Write(OneEvent()));
  first.wait();  // else the call may end before its function starts
  call.context.TryCancel();
  CHECK(absl::IsCancelled(call.Finish()));
  server.host->Stop();
  bool logged = false;
  for (const std::string& line : server.LogLines()) {
    logged |= absl::StrContains(line, "IngestEvents") && absl::StrContains(line, "CANCELLED");
  }
  CHECK(logged);
}

absl::Status UploadParts(TestServer& server, v1::Media* media, bool cut = false) {
  grpc::ClientContext context;
  const auto writer = server.stub->UploadMedia(&context, media);
  v1::UploadMediaRequest request;
  for (const char* part : {"one ", "two"}) {
    request.set_chunk(part);
    writer->Write(request);
  }
  if (cut) {
    context.TryCancel();
  } else {
    writer->WritesDone();
  }
  return FromGrpcStatus(writer->Finish());
}

TEST_CASE("a whole client stream is worked on at its end, and its error is the call's") {
  TestServer server;
  server.service->upload_media = [](const RequestContext&,
                                    const std::string& bytes) -> absl::StatusOr<v1::Media> {
    v1::Media media;
    media.set_name(bytes);
    return media;
  };
  v1::Media media;
  REQUIRE(UploadParts(server, &media).ok());
  CHECK(media.name() == "one two");
  server.service->upload_media = [](const RequestContext&, const std::string&) {
    return NotFound("customers/1");
  };
  const absl::Status refused = UploadParts(server, &media);
  CHECK(absl::IsNotFound(refused));
  CHECK(GetReason(refused) == reason::kNotFound);
}

TEST_CASE("a whole client stream that is cut is never worked on") {
  TestServer server;
  std::atomic<int> worked = 0;
  server.service->upload_media = [&](const RequestContext&, const std::string&) {
    ++worked;
    return v1::Media();
  };
  v1::Media media;
  CHECK(absl::IsCancelled(UploadParts(server, &media, /*cut=*/true)));
  server.host->Stop();
  CHECK(worked == 0);
}

TEST_CASE("a message of a client stream that does not parse is refused, not taken for the end") {
  TestServer server;
  server.service->ingest_events = Accept;
  IngestCall call(server);
  REQUIRE(call.writer->Write(OneEvent()));
  v1::BatchCreateEventsRequest bad;
  bad.add_events()->set_event_id("\xff\xfe");  // protobuf C++ sends it all the same
  call.writer->Write(bad);
  call.writer->WritesDone();
  CHECK(absl::IsInvalidArgument(call.Finish()));
}

TEST_CASE("an error of a message ends its client stream") {
  TestServer server;
  server.service->ingest_events = [](const RequestContext&, const v1::BatchCreateEventsRequest&) {
    return absl::FailedPreconditionError("no");
  };
  IngestCall call(server);
  while (call.writer->Write(OneEvent())) {
  }
  CHECK(absl::IsFailedPrecondition(call.Finish()));
}

TEST_CASE("client streams that wait hold no worker") {
  TestServer server({.client_stream_threads = 1});
  server.service->ingest_events = Accept;
  std::vector<std::unique_ptr<IngestCall>> idle;
  for (int i = 0; i < 50; ++i) idle.push_back(std::make_unique<IngestCall>(server));
  IngestCall busy(server);
  REQUIRE(busy.writer->Write(OneEvent()));
  busy.writer->WritesDone();
  CHECK(busy.Finish().ok());
  for (const auto& call : idle) {
    call->writer->WritesDone();
    CHECK(call->Finish().ok());
  }
}

TEST_CASE("a client stream without a message for too long is ended") {
  TestServer server({.stream_idle_limit = absl::Milliseconds(50)});
  server.service->ingest_events = Accept;
  IngestCall call(server);
  REQUIRE(call.writer->Write(OneEvent()));
  const absl::Status idle = call.Finish();
  CHECK(absl::IsUnavailable(idle));
  CHECK(GetReason(idle) == reason::kStreamIdle);
}

TEST_CASE("a caller has its share of client streams, and no more") {
  TestServer server({.max_client_streams_per_caller = 2});
  std::latch both_are_in(2);
  server.service->ingest_events = [&](const RequestContext& context,
                                      const v1::BatchCreateEventsRequest& request) {
    both_are_in.count_down();
    return Accept(context, request);
  };
  {
    IngestCall first(server);
    IngestCall second(server);
    for (IngestCall* call : {&first, &second}) REQUIRE(call->writer->Write(OneEvent()));
    both_are_in.wait();
    IngestCall third(server);
    CHECK(absl::IsResourceExhausted(third.Finish()));
    for (IngestCall* call : {&first, &second}) {
      call->writer->WritesDone();
      CHECK(call->Finish().ok());
    }
  }
  // Those that ended have left their places; gRPC is done with them a moment later.
  while (true) {
    IngestCall call(server);
    call.writer->WritesDone();
    if (call.Finish().ok()) break;
  }
}

}  // namespace
}  // namespace clientele::rpc::testing
