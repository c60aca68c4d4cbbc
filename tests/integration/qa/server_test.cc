// qa-service as its callers see it: over gRPC, on PostgreSQL, with a real bundle.
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/rpc/credentials.h"
#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "services/qa-service/store/migrations.h"
#include "tests/integration/qa/server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/test_cluster.h"
#include "tests/support/test_database.h"

namespace clientele::qa::testing {
namespace {

using clientele::testing::Eventually;
using clientele::testing::TestCluster;
using clientele::testing::TestDatabase;

constexpr char kReturns[] =
    "We are happy to help. You can return any item within thirty days of delivery. Return "
    "postage is free for members. Our head office is in Leeds.";

// A serving service on an empty database.
struct Service {
  TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder{database.conninfo()};
  std::unique_ptr<Server> server;
  std::unique_ptr<Stub> stub;

  explicit Service(const std::function<void(ServerOptions&)>& change = nullptr) {
    if (change) change(folder.options);
    folder.WriteModel();
    server = folder.Start();
    stub = Connect(*server);
    REQUIRE(WaitUntilServing(*server));
  }
  v1::Article Create(const v1::CreateArticleRequest& request) {
    v1::Article made;
    const grpc::Status status = Call(*stub, &Stub::CreateArticle, request, &made);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return made;
  }
  v1::AskResponse Ask(Stub& at, const std::string& question, const std::string& customer = "") {
    v1::AskRequest request;
    request.set_question(question);
    request.set_customer(customer);
    v1::AskResponse response;
    const grpc::Status status = Call(at, &Stub::Ask, request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response;
  }
  v1::AskResponse Ask(const std::string& question) { return Ask(*stub, question); }
  grpc::Status TryAsk(const v1::AskRequest& request) {
    v1::AskResponse response;
    return Call(*stub, &Stub::Ask, request, &response);
  }
};

std::string ReasonOf(const grpc::Status& status) { return GetReason(rpc::FromGrpcStatus(status)); }

TEST_CASE("an article is made, read, changed with its etag, listed and deleted") {
  Service s;
  v1::CreateArticleRequest create = CreateRequest("returns", "Returns", kReturns);
  create.set_request_id("request-1");
  const v1::Article made = s.Create(create);
  CHECK(made.name() == "articles/returns");
  CHECK(made.language_code() == "en");
  CHECK(made.create_time().seconds() > 1'600'000'000);
  CHECK(s.Create(create).SerializeAsString() == made.SerializeAsString());
  create.mutable_article()->set_title("Other");
  v1::Article other;
  const grpc::Status reused = Call(*s.stub, &Stub::CreateArticle, create, &other);
  CHECK(reused.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(ReasonOf(reused) == "REQUEST_ID_REUSED");
  create.clear_request_id();
  CHECK(Call(*s.stub, &Stub::CreateArticle, create, &other).error_code() ==
        grpc::StatusCode::ALREADY_EXISTS);

  v1::UpdateArticleRequest update;
  update.mutable_article()->set_name(made.name());
  update.mutable_article()->set_title("Sending back");
  update.mutable_article()->set_etag(made.etag());
  update.mutable_update_mask()->add_paths("title");
  v1::Article updated;
  REQUIRE(Call(*s.stub, &Stub::UpdateArticle, update, &updated).ok());
  CHECK(updated.title() == "Sending back");
  CHECK(updated.body() == kReturns);
  CHECK(updated.etag() != made.etag());
  const grpc::Status stale = Call(*s.stub, &Stub::UpdateArticle, update, &updated);
  CHECK(stale.error_code() == grpc::StatusCode::ABORTED);
  CHECK(ReasonOf(stale) == "ETAG_MISMATCH");

  v1::GetArticleRequest get;
  get.set_name(made.name());
  v1::Article read;
  REQUIRE(Call(*s.stub, &Stub::GetArticle, get, &read).ok());
  CHECK(read.title() == "Sending back");

  s.Create(CreateRequest("shipping", "Shipping", "Orders ship free."));
  v1::ListArticlesRequest list;
  list.set_page_size(1);
  v1::ListArticlesResponse page;
  REQUIRE(Call(*s.stub, &Stub::ListArticles, list, &page).ok());
  REQUIRE(page.articles_size() == 1);
  CHECK(page.articles(0).name() == "articles/returns");
  list.set_page_token(page.next_page_token());
  REQUIRE(Call(*s.stub, &Stub::ListArticles, list, &page).ok());
  REQUIRE(page.articles_size() == 1);
  CHECK(page.articles(0).name() == "articles/shipping");
  CHECK(page.next_page_token().empty());

  v1::DeleteArticleRequest remove;
  remove.set_name(made.name());
  google::protobuf::Empty empty;
  REQUIRE(Call(*s.stub, &Stub::DeleteArticle, remove, &empty).ok());
  CHECK(Call(*s.stub, &Stub::GetArticle, get, &read).error_code() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("a batch makes the missing ones and refuses itself for one bad row") {
  Service s;
  s.Create(CreateRequest("a", "A", "Kept."));
  v1::BatchCreateArticlesRequest batch;
  for (const char* id : {"a", "b", "c"}) {
    v1::Article& article = *batch.add_articles();
    article.set_name(std::string("articles/") + id);
    article.set_title("T");
    article.set_body("Body.");
    article.add_questions("Why?");
  }
  v1::BatchCreateArticlesResponse made;
  REQUIRE(Call(*s.stub, &Stub::BatchCreateArticles, batch, &made).ok());
  CHECK(made.created_count() == 2);
  CHECK(made.existing_count() == 1);
  batch.add_articles()->set_name("nonsense");
  const grpc::Status bad = Call(*s.stub, &Stub::BatchCreateArticles, batch, &made);
  CHECK(bad.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(GetFieldViolations(rpc::FromGrpcStatus(bad)).size() == 3);  // name, title, body
  CHECK(Call(*s.stub, &Stub::BatchCreateArticles, v1::BatchCreateArticlesRequest(), &made)
            .error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("what was just written is cited, and what was deleted is not") {
  Service s;
  s.Create(CreateRequest("returns", "Returns", kReturns));
  s.Create(CreateRequest("tuihuo", "退货说明", "商品签收后七天内可以申请退货。运费由会员免费。"));
  const v1::AskResponse answer = s.Ask("Can I return any item within thirty days of delivery?");
  CHECK(answer.state() == v1::ANSWER_STATE_ANSWERED);
  CHECK(answer.answer().find("You can return any item within thirty days") == 0);
  REQUIRE(answer.citations_size() == 1);
  const v1::Citation& cited = answer.citations(0);
  CHECK(cited.article() == "articles/returns");
  CHECK(cited.title() == "Returns");
  CHECK(cited.uri() == "https://example.com/returns");
  CHECK(cited.passage() ==
        std::string(kReturns).substr(
            static_cast<std::size_t>(cited.start_offset()),
            static_cast<std::size_t>(cited.end_offset() - cited.start_offset())));
  REQUIRE(answer.models_size() == 1);
  CHECK(answer.models(0) == "starter-text-encoder/1");

  const v1::AskResponse chinese = s.Ask("签收后几天内可以申请退货？");
  REQUIRE(chinese.citations_size() == 1);
  CHECK(chinese.citations(0).article() == "articles/tuihuo");

  CHECK(s.Ask("What is the capital of Mongolia?").state() == v1::ANSWER_STATE_ABSTAINED);

  v1::DeleteArticleRequest remove;
  remove.set_name("articles/returns");
  google::protobuf::Empty empty;
  REQUIRE(Call(*s.stub, &Stub::DeleteArticle, remove, &empty).ok());
  const v1::AskResponse after = s.Ask("Can I return any item within thirty days of delivery?");
  CHECK(after.state() == v1::ANSWER_STATE_ABSTAINED);
  CHECK(after.citations_size() == 0);
}

TEST_CASE("a stream sends citations, then the text in pieces, then the whole") {
  Service s;
  s.Create(CreateRequest("returns", "Returns", kReturns));
  v1::AskRequest request;
  request.set_question("Can I return any item within thirty days of delivery?");
  grpc::ClientContext context;
  const auto stream = s.stub->StreamAsk(&context, request);
  std::vector<v1::StreamAskResponse> parts;
  v1::StreamAskResponse part;
  while (stream->Read(&part)) parts.push_back(part);
  REQUIRE(stream->Finish().ok());
  REQUIRE(parts.size() >= 3);
  CHECK(parts.front().citations().citations_size() == 1);
  std::string text;
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) text += parts[i].text();
  REQUIRE(parts.back().has_final());
  CHECK(parts.back().final().answer() == text);
  // But for its id an answer is the same each time.
  v1::AskResponse streamed = parts.back().final();
  v1::AskResponse asked = s.Ask(request.question());
  CHECK(streamed.answer_id() != asked.answer_id());
  streamed.clear_answer_id();
  asked.clear_answer_id();
  CHECK(streamed.SerializeAsString() == asked.SerializeAsString());

  grpc::ClientContext bad_context;
  const auto bad = s.stub->StreamAsk(&bad_context, v1::AskRequest());
  CHECK_FALSE(bad->Read(&part));
  CHECK(bad->Finish().error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("empty, oversized and malformed questions are refused") {
  Service s;
  v1::AskRequest request;
  CHECK(s.TryAsk(request).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  request.set_question(std::string(4097, 'x'));
  CHECK(s.TryAsk(request).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  request.set_question("Why?");
  request.set_customer("42");
  CHECK(s.TryAsk(request).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  request.clear_customer();
  request.set_max_citations(21);
  CHECK(s.TryAsk(request).error_code() == grpc::StatusCode::INVALID_ARGUMENT);

  // protobuf refuses to write bad UTF-8, so the bytes go as they are: field 1,
  // length-delimited, "caf\xC3".
  const std::string bytes =
      "\x0A\x04"
      "caf\xC3";
  grpc::GenericStub generic(grpc::CreateChannel(s.server->target(), rpc::MakeChannelCredentials()));
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer message(&slice, 1);
  const auto call =
      generic.PrepareUnaryCall(&context, "/clientele.qa.v1.QaService/Ask", message, &queue);
  call->StartCall();
  grpc::ByteBuffer reply;
  grpc::Status status;
  call->Finish(&reply, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  REQUIRE(queue.Next(&tag, &ok));
  INFO(status.error_message());
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(s.server->serving());

  grpc::ClientContext big_context;
  v1::CreateArticleRequest huge = CreateRequest("huge", "T", std::string(9 << 20, 'x'));
  v1::Article made;
  CHECK_FALSE(s.stub->CreateArticle(&big_context, huge, &made).ok());
  huge.mutable_article()->set_body(std::string((1 << 20) + 1, 'x'));
  CHECK(Call(*s.stub, &Stub::CreateArticle, huge, &made).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("another replica answers from an article within a second") {
  Service s;
  const auto second = s.folder.Start();
  const auto stub = Connect(*second);
  REQUIRE(WaitUntilServing(*second));
  s.Create(CreateRequest("returns", "Returns", kReturns));
  const std::string question = "Can I return any item within thirty days of delivery?";
  CHECK(Eventually(std::chrono::seconds(1),
                   [&] { return s.Ask(*stub, question).state() == v1::ANSWER_STATE_ANSWERED; }));
}

TEST_CASE("an article that was ended is found by no replica any more, and passages are searched") {
  Service s;
  const auto second = s.folder.Start();
  const auto other = Connect(*second);
  REQUIRE(WaitUntilServing(*second));
  v1::CreateArticleRequest create = CreateRequest("returns", "Returns", kReturns);
  create.mutable_article()->mutable_valid_from()->set_seconds(1'700'000'000);
  create.mutable_article()->add_tags("orders");
  const v1::Article made = s.Create(create);
  CHECK(made.valid_from().seconds() == 1'700'000'000);
  CHECK_FALSE(made.has_valid_until());
  CHECK(made.tags(0) == "orders");
  v1::SearchArticlesRequest search;
  search.set_query("return an item within thirty days");
  search.add_tags("orders");
  const auto results = [&](Stub& at) {
    v1::SearchArticlesResponse response;
    REQUIRE(Call(at, &Stub::SearchArticles, search, &response).ok());
    return response.results_size();
  };
  CHECK(results(*s.stub) == 1);
  CHECK(Eventually(std::chrono::seconds(10), [&] { return results(*other) == 1; }));

  v1::UpdateArticleRequest update;
  update.mutable_article()->set_name("articles/returns");
  update.mutable_article()->mutable_valid_until()->set_seconds(1'700'000'001);
  v1::Article ended;
  REQUIRE(Call(*s.stub, &Stub::UpdateArticle, update, &ended).ok());
  CHECK(ended.valid_until().seconds() == 1'700'000'001);
  CHECK(results(*s.stub) == 0);
  CHECK(Eventually(std::chrono::seconds(10), [&] { return results(*other) == 0; }));
  search.set_audience("no label");
  v1::SearchArticlesResponse refused;
  CHECK(Call(*s.stub, &Stub::SearchArticles, search, &refused).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("a generator that is named and not there costs no answer, and the answer says so") {
  Service s;
  s.folder.options.generator = "nobody";
  const auto server = s.folder.Start();
  const auto stub = Connect(*server);
  REQUIRE(WaitUntilServing(*server));
  s.Create(CreateRequest("returns", "Returns", kReturns));
  v1::AskRequest request;
  request.set_question("Can I return any item within thirty days of delivery?");
  request.set_mode(v1::ANSWER_MODE_GENERATIVE);
  request.set_trace(true);
  v1::AskResponse response;
  CHECK(Eventually(std::chrono::seconds(10), [&] {
    return Call(*stub, &Stub::Ask, request, &response).ok() &&
           response.state() == v1::ANSWER_STATE_ANSWERED;
  }));
  CHECK(response.mode() == v1::ANSWER_MODE_EXTRACTIVE);
  CHECK(response.fallback_reason() == "GENERATOR_UNAVAILABLE");
  CHECK(response.trace().stages_size() >= 2);
  CHECK(response.trace().stages(0).name() == "retrieve");
}

TEST_CASE("a new version of the model takes over while questions are answered") {
  Service s;
  s.Create(CreateRequest("returns", "Returns", kReturns));
  const std::string question = "Can I return any item within thirty days of delivery?";
  s.folder.WriteModel(2);
  CHECK(Eventually(std::chrono::seconds(20), [&] {
    const v1::AskResponse answer = s.Ask(question);
    CHECK(answer.state() == v1::ANSWER_STATE_ANSWERED);  // never a gap
    CHECK(answer.models_size() == 1);                    // and never by words alone
    return answer.models(0) == "starter-text-encoder/2";
  }));
}

TEST_CASE("several instances of the encoder answer questions together") {
  Service s([](ServerOptions& options) {
    options.models.cores = 2;
    options.text_encoder_share.instances = 2;
  });
  s.Create(CreateRequest("returns", "Returns", kReturns));
  std::atomic<int> cited = 0;
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        v1::AskRequest request;
        request.set_question("Can I return any item within thirty days of delivery?");
        v1::AskResponse response;
        if (!Call(*s.stub, &Stub::Ask, request, &response).ok()) return;
        if (response.citations_size() > 0) ++cited;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(cited == 40);
}

// The change feed of a profile-service that tells of two customers, and of the deletion
// of one of them once `deletes_ada` is set.
class FakeProfileService final : public profile::v1::ProfileService::Service {
 public:
  grpc::Status StreamChanges(
      grpc::ServerContext* context, const profile::v1::StreamChangesRequest* request,
      grpc::ServerWriter<profile::v1::StreamChangesResponse>* writer) override {
    profile::v1::StreamChangesResponse message;
    message.set_cursor(request->cursor());
    if (request->cursor().empty()) {
      for (const char* name : {"customers/ada", "customers/bob"}) {
        profile::v1::Change& change = *message.add_changes();
        change.set_customer(name);
        change.mutable_customer_created();
      }
      message.set_cursor("created");
    } else if (request->cursor() == "created" && deletes_ada) {
      profile::v1::Change& change = *message.add_changes();
      change.set_customer("customers/ada");
      change.mutable_customer_deleted();
      message.set_cursor("deleted");
    }
    writer->Write(message);
    return grpc::Status::OK;
  }

  std::atomic<bool> deletes_ada = false;
};

TEST_CASE("a customer's questions go when profile-service tells of their deletion") {
  Service s;
  s.Create(CreateRequest("returns", "Returns", kReturns));
  const auto pool = s.database.Pool();
  const auto kept = [&](const std::string& customer) {
    static constexpr postgres::Statement kCount{
        "test.count", "SELECT count(*) FROM qa.questions WHERE customer_id = $1"};
    std::int64_t count = -1;
    REQUIRE(pool->Transact({},
                           [&](postgres::Transaction& t) -> absl::Status {
                             const auto rows = t.Execute(kCount, {customer});
                             if (rows.ok()) count = (*rows)[0].Int64(0);
                             return rows.status();
                           })
                .ok());
    return count;
  };
  FakeProfileService profile;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", rpc::MakeServerCredentials(), &port);
  builder.RegisterService(&profile);
  const auto profile_server = builder.BuildAndStart();
  s.folder.options.profile_feed.address = "127.0.0.1:" + std::to_string(port);
  const auto follower = s.folder.Start();
  // Answered from the first; kept from the moment that the feed has shown who asks.
  REQUIRE(Eventually(std::chrono::seconds(20), [&] {
    s.Ask(*s.stub, "Can I return my secret umbrella?", "customers/ada");
    s.Ask(*s.stub, "Can I return my hat?", "customers/bob");
    s.Ask(*s.stub, "Can I return my coat?", "customers/nobody");
    return kept("ada") > 0 && kept("bob") > 0;
  }));
  CHECK(kept("nobody") == 0);

  profile.deletes_ada = true;
  CHECK(Eventually(std::chrono::seconds(20), [&] { return kept("ada") == 0; }));
  CHECK(kept("bob") > 0);
}

TEST_CASE("the service starts before its model and its schema, and serves once they are there") {
  const TestDatabase database = TestDatabase::Create();
  ServiceFolder folder(database.conninfo());
  const auto server = folder.Start();
  const auto stub = Connect(*server);
  v1::AskRequest request;
  request.set_question("Why?");
  v1::AskResponse response;
  const grpc::Status away = Call(*stub, &Stub::Ask, request, &response);
  CHECK(away.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK_FALSE(server->serving());
  folder.Migrate();
  folder.WriteModel();
  CHECK(WaitUntilServing(*server));
  CHECK(Call(*stub, &Stub::Ask, request, &response).ok());
}

TEST_CASE("questions are answered while PostgreSQL is away, and it is found again") {
  TestCluster cluster = TestCluster::Start();
  ServiceFolder folder(cluster.conninfo());
  folder.WriteModel();
  folder.Migrate();
  const auto server = folder.Start();
  const auto stub = Connect(*server);
  REQUIRE(WaitUntilServing(*server));
  v1::Article made;
  REQUIRE(
      Call(*stub, &Stub::CreateArticle, CreateRequest("returns", "Returns", kReturns), &made).ok());
  cluster.Stop();
  v1::AskRequest request;
  request.set_question("Can I return any item within thirty days of delivery?");
  request.set_customer("customers/ada");
  v1::AskResponse response;
  REQUIRE(Call(*stub, &Stub::Ask, request, &response).ok());
  CHECK(response.state() == v1::ANSWER_STATE_ANSWERED);
  v1::GetArticleRequest get;
  get.set_name("articles/returns");
  const grpc::Status away = Call(*stub, &Stub::GetArticle, get, &made);
  CHECK(away.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(ReasonOf(away) == "DATABASE_UNAVAILABLE");
  cluster.Restart();
  CHECK(Eventually(std::chrono::seconds(20),
                   [&] { return Call(*stub, &Stub::GetArticle, get, &made).ok(); }));
}

}  // namespace
}  // namespace clientele::qa::testing
