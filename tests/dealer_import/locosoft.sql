-- The columns of the reporting database that parts are read from.
CREATE TABLE parts_master (
    part_number varchar(20) COLLATE "C" NOT NULL,
    description varchar(32),
    rebate_percent numeric(9,5),
    package_unit_type varchar(2),
    package_size integer,
    delivery_size integer,
    weight numeric(9,3),
    last_import_date date,
    price_valid_from_date date,
    storage_flag varchar(1),
    rebate_code varchar(4),
    parts_type integer,
    rr_price numeric(9,3),
    price_surcharge_percent numeric(9,5),
    selling_price_base_upe boolean,
    is_price_based_on_spcl_price boolean,
    price_import_keeps_description boolean,
    country_of_origin varchar(5),
    manufacturer_assembly_group varchar(7)
);
CREATE TABLE parts_stock (
    part_number varchar(20) COLLATE "C" NOT NULL,
    stock_no integer NOT NULL,
    storage_location_1 varchar(8),
    storage_location_2 varchar(8),
    usage_value numeric(9,2),
    stock_level numeric(8,2),
    stock_allocated numeric(8,2),
    minimum_stock_level numeric(8,2),
    stop_order_flag varchar(1),
    last_outflow_date date,
    last_inflow_date date,
    is_disabled_in_parts_platforms boolean
);
CREATE TABLE parts_special_offer_prices (
    part_number varchar(20) COLLATE "C" NOT NULL,
    is_active boolean,
    valid_from_date date,
    valid_until_date date,
    price numeric(9,2),
    addition_percent numeric(9,5)
);
CREATE TABLE parts_supplier_numbers (part_number varchar(20) COLLATE "C" NOT NULL, external_number varchar(20));
CREATE TABLE parts_to_vehicles (
    part_number varchar(20) COLLATE "C" NOT NULL,
    unique_reference varchar(20) NOT NULL,
    unique_counter integer NOT NULL,
    note varchar(20),
    vin_pattern varchar(17),
    model_pattern varchar(20),
    model_date_start date,
    model_date_end date
);
CREATE TABLE parts_rebate_codes_buy (
    rebate_group_code integer NOT NULL,
    rebate_code varchar(5) NOT NULL,
    rebate_code_counter integer NOT NULL,
    parts_type_boundary_from integer,
    parts_type_boundary_until integer,
    rebate_percent numeric(9,5),
    description varchar(50)
);
CREATE TABLE vat_keys (
    subsidiary_to_company_ref bigint NOT NULL,
    vat_key text NOT NULL,
    key_validity_date date,
    branch bigint,
    description text,
    vat_rate bigint,
    create_date date
);
