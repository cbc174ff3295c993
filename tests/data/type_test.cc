#include "data/type.h"

#include <catch2/catch.hpp>

#include "data/schema.h"

namespace pactolus {

TEST_CASE("type: PostgreSQL's names and aliases are read without regard to case and blanks") {
  CHECK(parse_type("bigint") == kBigintType);
  CHECK(parse_type(" INT8 ") == kBigintType);
  CHECK(parse_type("int") == kIntegerType);
  CHECK(parse_type("Double   Precision") == kDoubleType);
  CHECK(parse_type("timestamp with time zone") == kTimestamptzType);
  CHECK(parse_type("TIMESTAMP  without time zone") == kTimestampType);
  CHECK(parse_type("timestamp") == kTimestampType);
  CHECK(parse_type("varchar") == kTextType);
  CHECK(parse_type("decimal") == kNumericType);
  CHECK(parse_type("NUMERIC ( 12 , 2 )") == Type{TypeKind::kNumeric, 12, 2});
  CHECK(parse_type("numeric(38)") == Type{TypeKind::kNumeric, 38, 0});
  CHECK(parse_type("bpchar") == kBpcharType);
  CHECK(parse_type("char") == Type{.kind = TypeKind::kBpchar, .length = 1});
  CHECK(parse_type("CHARACTER ( 3 )") == Type{.kind = TypeKind::kBpchar, .length = 3});
  CHECK(parse_type("bpchar(1048576)") == Type{.kind = TypeKind::kBpchar, .length = 1048576});
  CHECK(to_string(*parse_type("char(3)[]")) == "character(3)[]");
}

TEST_CASE("type: what is declared can be an array, and a text of so many characters") {
  CHECK(parse_type("integer[]") == array_of(kIntegerType));
  CHECK(parse_type("numeric(12,2) [ ]") == array_of(Type{TypeKind::kNumeric, 12, 2}));
  CHECK(to_string(*parse_type("timestamptz[]")) == "timestamp with time zone[]");
  CHECK(parse_declared_type("varchar(20)")->characters_max == 20);
  CHECK(parse_declared_type("varchar(20)")->type == kTextType);
  CHECK(parse_declared_type("character varying ( 3 ) []")->type == array_of(kTextType));
  CHECK(parse_declared_type("character varying(3)[]")->characters_max == 3);
  for (const char* text : {"varchar(0)", "varchar(10485761)", "varchar()", "text(3)", "varchar(3,1)",
                           "char(0)", "char(1048577)", "bpchar()", "character(3,1)"}) {
    INFO(text);
    CHECK_FALSE(parse_declared_type(text).has_value());
  }
}

TEST_CASE("type: what we can't represent is refused") {
  for (const char* text : {"", "string", "numeric(39)", "numeric(0)", "numeric(2,3)", "numeric(2,-1)",
                           "numeric(2,1", "numeric()", "numeric(2,1) x", "varchar(10)", "text[][]", "[]",
                           "timestamp(3)", "int eger", "numeric(300)"}) {
    INFO(text);
    CHECK_FALSE(parse_type(text).has_value());
  }
}

TEST_CASE("type: what is printed is read back") {
  for (TypeKind kind : kTypeKinds) CHECK(parse_type(to_string(Type{kind})) == Type{kind});
  for (Type type : {Type{TypeKind::kNumeric, 12, 2}, Type{TypeKind::kNumeric, 5, 0},
                    Type{.kind = TypeKind::kBpchar, .length = 3},
                    array_of(Type{.kind = TypeKind::kBpchar, .length = 3})}) {
    CHECK(parse_type(to_string(type)) == type);
  }
  for (const std::string& name : type_names()) CHECK(parse_type(name).has_value());
}

TEST_CASE("type: the numbers are stored and stay") {
  for (size_t i = 0; i < kTypeKinds.size(); ++i) CHECK(static_cast<size_t>(kTypeKinds[i]) == i);
  CHECK(static_cast<int>(TypeKind::kInterval) == 8);
  CHECK(static_cast<int>(TypeKind::kTimestamp) == 9);
  CHECK(static_cast<int>(TypeKind::kBytea) == 14);
  CHECK(static_cast<int>(TypeKind::kJsonb) == 15);
  CHECK(static_cast<int>(TypeKind::kBpchar) == 16);
}

TEST_CASE("schema: a field is found without regard to case") {
  Schema schema({{"Amount", kNumericType, false}, {"card_id", kTextType, true}});
  CHECK(schema.find("CARD_ID") == 1);
  CHECK(schema.find("amount") == 0);
  CHECK_FALSE(schema.find("card").has_value());
  CHECK(schema.names() == std::vector<std::string>{"Amount", "card_id"});
}

}  // namespace pactolus
