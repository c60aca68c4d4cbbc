#ifndef CLIENTELE_COMMON_POSTGRES_STATEMENT_H_
#define CLIENTELE_COMMON_POSTGRES_STATEMENT_H_

namespace clientele::postgres {

// A named SQL statement with parameters $1, $2, ...
//
//   inline constexpr Statement kGetCustomer{
//       "profile.get_customer",
//       "SELECT email, create_time FROM profile.customers WHERE customer_id = $1"};
//
// Statements are constants: SQL is never built at run time. Each connection
// prepares a statement when it is first used. The name is `<schema>.<verb>_<object>`
// and appears in metrics (label `statement`) and in error messages; one name belongs
// to one text, and a pool refuses a second text under it (INTERNAL). Tables are named
// with their schema. A test (statement_names) checks the names.
struct Statement {
  const char* name;
  const char* sql;
};

}  // namespace clientele::postgres

#endif  // CLIENTELE_COMMON_POSTGRES_STATEMENT_H_
