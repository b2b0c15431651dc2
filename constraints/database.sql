-- Made by make snapshot. What it is for stands in shopflow/project/snapshot.py.
-- migration address.0001_initial 41323fd702e5
-- migration address.0002_auto_20150927_1547 f46ba48d00bb
-- migration address.0003_auto_20150927_1551 cb3b9b5ce7bf
-- migration address.0004_auto_20170226_1122 6a37fe33fe70
-- migration address.0005_regenerate_user_address_hashes 933f28a8be81
-- migration address.0006_auto_20181115_1953 45d380a84944
-- migration address.0007_useraddress_code b36af55d7d61
-- migration admin.0001_initial f4716989d981
-- migration admin.0002_logentry_remove_auto_add 2c127e659a22
-- migration admin.0003_logentry_add_action_flag_choices 02700a827190
-- migration analytics.0001_initial 2910dae91fb5
-- migration analytics.0002_auto_20140827_1705 d12d2b2f5901
-- migration analytics.0003_auto_20200801_0817 40fd64fad3bc
-- migration auth.0001_initial 845cff319606
-- migration auth.0002_alter_permission_name_max_length feaf97e0e8f7
-- migration auth.0003_alter_user_email_max_length 9d5657b4db98
-- migration auth.0004_alter_user_username_opts 9538db342c9a
-- migration auth.0005_alter_user_last_login_null 79f60a35dc00
-- migration auth.0006_require_contenttypes_0002 00cb16e3405f
-- migration auth.0007_alter_validators_add_error_messages 115db87dc327
-- migration auth.0008_alter_user_username_max_length 02857f65f7d6
-- migration auth.0009_alter_user_last_name_max_length 19a89500e7f1
-- migration auth.0010_alter_group_name_max_length 0963ed6498ac
-- migration auth.0011_update_proxy_permissions 85a5dde708dc
-- migration auth.0012_alter_user_first_name_max_length 6cefbc9f8090
-- migration axes.0001_initial e4c0194cf158
-- migration axes.0002_auto_20151217_2044 a092989bdd50
-- migration axes.0003_auto_20160322_0929 ff269df1341c
-- migration axes.0004_auto_20181024_1538 71cdafbe7458
-- migration axes.0005_remove_accessattempt_trusted baf3f5f6de5b
-- migration axes.0006_remove_accesslog_trusted 82850f25ae37
-- migration axes.0007_alter_accessattempt_unique_together c9fdd8162903
-- migration axes.0008_accessfailurelog 2680dce9ecfc
-- migration axes.0009_add_session_hash 82762be269ea
-- migration axes.0010_accessattemptexpiration 524ca5b4566a
-- migration basket.0001_initial 2f92ca5cfe7d
-- migration basket.0002_auto_20140827_1705 f82065b8566c
-- migration basket.0003_basket_vouchers acebffa389cc
-- migration basket.0004_auto_20141007_2032 8bf0af09f313
-- migration basket.0005_auto_20150604_1450 d820be3f39a4
-- migration basket.0006_auto_20160111_1108 0d7053ee38f4
-- migration basket.0007_slugfield_noop 566e2a981d4e
-- migration basket.0008_auto_20181115_1953 e9d904bec883
-- migration basket.0009_line_date_updated 34c81a80c474
-- migration basket.0010_convert_to_valid_json 78b1baa73be4
-- migration basket.0011_json_basket_option 3c851c4027f5
-- migration basket.0012_line_code 31d42c82f7d3
-- migration catalogue.0001_initial 431d1f15df46
-- migration catalogue.0002_auto_20150217_1221 e9db6fd00e01
-- migration catalogue.0003_data_migration_slugs e309ffeae5a1
-- migration catalogue.0004_auto_20150217_1710 dc52cbabaee4
-- migration catalogue.0005_auto_20150604_1450 a7670805def8
-- migration catalogue.0006_auto_20150807_1725 fd29ed734c34
-- migration catalogue.0007_auto_20151207_1440 7ad9570b2f6b
-- migration catalogue.0008_auto_20160304_1652 4130671ad1e9
-- migration catalogue.0009_slugfield_noop 848e296a3c2f
-- migration catalogue.0010_auto_20170420_0439 8deca90b5f4c
-- migration catalogue.0011_auto_20170422_1355 77f3fc1a9f05
-- migration catalogue.0012_auto_20170609_1902 6347affa5e70
-- migration catalogue.0013_auto_20170821_1548 238a9bd87615
-- migration catalogue.0014_auto_20181115_1953 8280baab5e7f
-- migration catalogue.0015_product_is_public af0c81502fbb
-- migration catalogue.0016_auto_20190327_0757 233f6456fe38
-- migration catalogue.0017_auto_20190816_0938 589f8631cb1d
-- migration catalogue.0018_auto_20191220_0920 634da9be7325
-- migration catalogue.0019_option_required 0b808b819a7b
-- migration catalogue.0020_auto_20200801_0817 c65bd93f19b0
-- migration catalogue.0021_auto_20201005_0844 8d16c36c9761
-- migration catalogue.0022_auto_20210210_0539 f42fb57e1011
-- migration catalogue.0023_auto_20210824_1414 222597a6bdff
-- migration catalogue.0024_remove_duplicate_attributes 72a8c3f9ab7f
-- migration catalogue.0025_attribute_code_uniquetogether_constraint 301320bf3393
-- migration catalogue.0026_predefined_product_options f2216d9794e5
-- migration catalogue.0027_attributeoption_code_attributeoptiongroup_code_and_more d3740667aedc
-- migration catalogue.0028_product_priority 7eee0812956c
-- migration catalogue.0029_product_code 80f238ac253d
-- migration catalogue.0030_auto_20250217_1247 b09abe541927
-- migration catalogue.0031_productcategoryhierarchy 32e92f05842d
-- migration catalogue.0032_category_exclude_from_menu_category_long_description a6a3ffa9f9dc
-- migration communication.0001_initial af49f64b0f8d
-- migration communication.0002_reset_table_names ff129b913bde
-- migration communication.0003_remove_notification_category_make_code_uppercase 5ae476ab37ef
-- migration communication.0004_auto_20200801_0817 e59c0e9e6dad
-- migration contenttypes.0001_initial 35ed8489a147
-- migration contenttypes.0002_remove_content_type_name 7d3649407575
-- migration customer.0001_initial a7dd61ab3cfc
-- migration customer.0002_auto_20150807_1725 20eb2a97396f
-- migration customer.0003_update_email_length 7d2e05324924
-- migration customer.0004_email_save c86221f7f622
-- migration customer.0005_auto_20181115_1953 2d924030b519
-- migration customer.0006_auto_20190430_1736 aaee36f4e38d
-- migration customer.0007_auto_20200801_0817 cc83208283a6
-- migration customer.0008_assign_permissions_to_staff a532aa652493
-- migration dealer_import.0001_initial 8ce20dc46b75
-- migration dealer_import.0002_profiles_and_origins b3f882ab3cd9
-- migration dealer_import.0003_undo_owners_and_schedules b3405261e230
-- migration dealer_import.0004_exports b3b5807c6d6c
-- migration flatpages.0001_initial e3184cb0a697
-- migration offer.0001_initial 9ad2496b027b
-- migration offer.0002_auto_20151210_1053 78ce96a0f298
-- migration offer.0003_auto_20161120_1707 f87ba41316bb
-- migration offer.0004_auto_20170415_1518 66d911a97af5
-- migration offer.0005_auto_20170423_1217 d0ec8ce4e52d
-- migration offer.0006_auto_20170504_0616 8671637db1e7
-- migration offer.0007_conditionaloffer_exclusive d7378151c3cf
-- migration offer.0008_auto_20181115_1953 45efa92a32b8
-- migration offer.0009_auto_20200801_0817 7525c463c893
-- migration offer.0010_conditionaloffer_combinations e81dc6d4b562
-- migration offer.0011_rangeproductfileupload_included 8b9833093d91
-- migration offer.0012_fixedunitdiscountbenefit_alter_benefit_type 483de2bd7918
-- migration offer.0013_range_excluded_categories ef81ead55679
-- migration order.0001_initial 8ceee6d35d60
-- migration order.0002_auto_20141007_2032 2e5e43a4929e
-- migration order.0003_auto_20150113_1629 d4559d3abb2e
-- migration order.0004_auto_20160111_1108 187ece96f3d6
-- migration order.0005_update_email_length cb4d804a66ec
-- migration order.0006_orderstatuschange 39132308162f
-- migration order.0007_auto_20181115_1953 ca7a2adabf27
-- migration order.0008_auto_20190301_1035 fbc109eb5ac8
-- migration order.0009_surcharge ff2d4beff39f
-- migration order.0010_auto_20200724_0909 c2e68d6388e7
-- migration order.0011_auto_20200801_0817 dd2a8382a2b2
-- migration order.0012_convert_to_valid_json 9bc5b9a22c3a
-- migration order.0013_json_option_value b339983b04c6
-- migration order.0014_tax_code a6877d449a58
-- migration order.0015_orderlinediscount 396c98aa5767
-- migration order.0016_line_allocation_cancelled_line_num_allocated f4fe955a4dd1
-- migration order.0017_set_num_allocated_to_quantity c733050d0b0d
-- migration order.0018_alter_line_num_allocated cb997304b547
-- migration order.0019_order_analytics_tracked ae25f2d208e6
-- migration order.0020_alter_order_analytics_tracked e9ac202d208b
-- migration order.0021_billingaddress_code_shippingaddress_code da722177d39d
-- migration partner.0001_initial 970c86328e7b
-- migration partner.0002_auto_20141007_2032 2c9f146141d4
-- migration partner.0003_auto_20150604_1450 d75c5e95b4bd
-- migration partner.0004_auto_20160107_1755 e03d59f148f2
-- migration partner.0005_auto_20181115_1953 902c28e04007
-- migration partner.0006_auto_20200724_0909 009ed30665bc
-- migration partner.0007_partneraddress_code 4dacd3c43b0b
-- migration payment.0001_initial 3a6840913ffc
-- migration payment.0002_auto_20141007_2032 222c5be15227
-- migration payment.0003_auto_20160323_1520 b4233b85d95b
-- migration payment.0004_auto_20181115_1953 f785f0c7efee
-- migration payment.0005_auto_20200801_0817 2949fdca1191
-- migration reviews.0001_initial 110e57b09cc5
-- migration reviews.0002_update_email_length 149be7d02e06
-- migration reviews.0003_auto_20160802_1358 9560ecf7f4d9
-- migration reviews.0004_auto_20170429_0941 c911a058c101
-- migration reviews.0005_productreview_code 178b0d1f331f
-- migration sessions.0001_initial 2aa438e2393e
-- migration shipping.0001_initial 66f1595a9b98
-- migration shipping.0002_auto_20150604_1450 69b2663b2d9b
-- migration shipping.0003_auto_20181115_1953 08b82c85ecf0
-- migration shipping.1001_shippingrate acfbbb438d56
-- migration shopflow_audience.0001_initial f273a296b8c2
-- migration shopflow_automations.0001_initial 27fd41a3fd76
-- migration shopflow_core.0001_initial 407ec4450ec4
-- migration shopflow_core.0002_initial 36a906a9eb1d
-- migration shopflow_core.0003_seller 0b6fdba97d58
-- migration shopflow_core.0004_worker_heartbeat eeb8bcce773c
-- migration shopflow_delivery.0001_initial 34d41cfb6088
-- migration shopflow_demo.0001_initial f0bf7e79c34c
-- migration shopflow_documents.0001_initial 30646f7c99b7
-- migration shopflow_documents.0002_immutable 13bc4233b919
-- migration shopflow_documents.0003_shared_triggers b3e46389d8a8
-- migration shopflow_legal.0001_initial dffe7c74e083
-- migration shopflow_legal.0002_keep_evidence cfd096e463f8
-- migration shopflow_mailing.0001_initial 7dc1b053152e
-- migration shopflow_ordering.0001_initial 1a0dbd8c3fee
-- migration shopflow_ordering.0002_late_money d12aecfdff20
-- migration shopflow_parts.0001_initial e24a5e54c8d6
-- migration shopflow_parts.0002_partrecord_missing ebb8b1a737da
-- migration shopflow_parts.0003_parts_domain ede3d5e172ea
-- migration shopflow_parts.0004_import_identity 32b58a5e9c81
-- migration shopflow_parts.0005_stock_by_location a9097bb80b06
-- migration shopflow_payments.0001_initial ca2b8b266e15
-- migration shopflow_privacy.0001_initial 24e628eccccd
-- migration shopflow_storefront.0001_initial e7fdeb0b9823
-- migration shopflow_storefront.0002_refresh_requests 838ea7af7935
-- migration shopflow_tax.0001_initial 377ac3e0408f
-- migration shopflow_users.0001_initial 3eda020bfeaa
-- migration sites.0001_initial f1f63add9e43
-- migration sites.0002_alter_domain_unique 9652bb20a40a
-- migration taggit.0001_initial 99ca62a055c5
-- migration taggit.0002_auto_20150616_2121 9db9f3874755
-- migration taggit.0003_taggeditem_add_unique_index 8d474ef8ec12
-- migration taggit.0004_alter_taggeditem_content_type_alter_taggeditem_tag f9d1464ef1c6
-- migration taggit.0005_auto_20220424_2025 0ff3cb6796cf
-- migration taggit.0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx 7e6afc35e33e
-- migration thumbnail.0001_initial f4268094c674
-- migration voucher.0001_initial 61b1c3fdbc15
-- migration voucher.0002_auto_20170418_2132 64c305d91e65
-- migration voucher.0003_auto_20171212_0411 4e1268b5be22
-- migration voucher.0004_auto_20180228_0940 6c6e3e064a78
-- migration voucher.0005_auto_20180402_1425 138cfdd4d6c4
-- migration voucher.0006_auto_20180413_0911 247bd8e45f97
-- migration voucher.0007_auto_20181115_1953 f9f65de9ac25
-- migration voucher.0008_auto_20200801_0817 c5e1bef8e318
-- migration voucher.0009_make_voucher_names_unique b0c8bf7e2a41
-- migration voucher.0010_auto_20210224_0712 93421facbed0
-- migration wagtailadmin.0001_create_admin_access_permissions fcbe05ca0d60
-- migration wagtailadmin.0002_admin 1e2a4c541e9a
-- migration wagtailadmin.0003_admin_managed 620fc672b343
-- migration wagtailadmin.0004_editingsession 7b870aaf0095
-- migration wagtailadmin.0005_editingsession_is_editing 2366578b652b
-- migration wagtailadmin.0006_formstate 1188fcdbffa1
-- migration wagtailcore.0001_initial 9f53ad87c6f6
-- migration wagtailcore.0001_squashed_0016_change_page_url_path_to_text_field 938f305a9f38
-- migration wagtailcore.0002_initial_data d984e0b825ce
-- migration wagtailcore.0003_add_uniqueness_constraint_on_group_page_permission f3c13d423499
-- migration wagtailcore.0004_page_locked 054dd5f11e96
-- migration wagtailcore.0005_add_page_lock_permission_to_moderators 467294823a2d
-- migration wagtailcore.0006_add_lock_page_permission fdd0c9f51908
-- migration wagtailcore.0007_page_latest_revision_created_at 44a498d1402e
-- migration wagtailcore.0008_populate_latest_revision_created_at f0951e0de83b
-- migration wagtailcore.0009_remove_auto_now_add_from_pagerevision_created_at ce9ebb7f1600
-- migration wagtailcore.0010_change_page_owner_to_null_on_delete 3b440fa8c743
-- migration wagtailcore.0011_page_first_published_at 2a344a1bc91d
-- migration wagtailcore.0012_extend_page_slug_field c8ce5732aad1
-- migration wagtailcore.0013_update_golive_expire_help_text 058c8ebeb60a
-- migration wagtailcore.0014_add_verbose_name e6342beda2c2
-- migration wagtailcore.0015_add_more_verbose_names 0c40c0d20c51
-- migration wagtailcore.0016_change_page_url_path_to_text_field fc00e2e248e3
-- migration wagtailcore.0017_change_edit_page_permission_description ccd71ad6211d
-- migration wagtailcore.0018_pagerevision_submitted_for_moderation_index 9c84c8a31743
-- migration wagtailcore.0019_verbose_names_cleanup dd647daad29c
-- migration wagtailcore.0020_add_index_on_page_first_published_at a6bee4fe81de
-- migration wagtailcore.0021_capitalizeverbose afd18f829eae
-- migration wagtailcore.0022_add_site_name 24b2b9b04106
-- migration wagtailcore.0023_alter_page_revision_on_delete_behaviour 757de219a589
-- migration wagtailcore.0024_alter_page_content_type_on_delete_behaviour 81599e333a45
-- migration wagtailcore.0024_collection fcdfe156ab59
-- migration wagtailcore.0025_collection_initial_data 299d294b4dcf
-- migration wagtailcore.0026_group_collection_permission c164f30fd7bb
-- migration wagtailcore.0027_fix_collection_path_collation f6c14ff3972d
-- migration wagtailcore.0028_merge c3a7c3972fd9
-- migration wagtailcore.0029_unicode_slugfield_dj19 002cf4f07e51
-- migration wagtailcore.0030_index_on_pagerevision_created_at d2a6d2c2cf71
-- migration wagtailcore.0031_add_page_view_restriction_types 9a49c448c2d8
-- migration wagtailcore.0032_add_bulk_delete_page_permission 549175d715c6
-- migration wagtailcore.0033_remove_golive_expiry_help_text aa4d91586ada
-- migration wagtailcore.0034_page_live_revision d650388923d2
-- migration wagtailcore.0035_page_last_published_at 54d0d7e199f3
-- migration wagtailcore.0036_populate_page_last_published_at 5ca7b8c7b2ee
-- migration wagtailcore.0037_set_page_owner_editable 4d500a605947
-- migration wagtailcore.0038_make_first_published_at_editable 5a987c60fe3a
-- migration wagtailcore.0039_collectionviewrestriction df7d95a80ca9
-- migration wagtailcore.0040_page_draft_title 4c6c9eefd5e9
-- migration wagtailcore.0041_group_collection_permissions_verbose_name_plural 71b468024ec4
-- migration wagtailcore.0042_index_on_pagerevision_approved_go_live_at 2cbafdbb2ea4
-- migration wagtailcore.0043_lock_fields ed3b4350910b
-- migration wagtailcore.0044_add_unlock_grouppagepermission afe9599444e9
-- migration wagtailcore.0045_assign_unlock_grouppagepermission cf179eed03b8
-- migration wagtailcore.0046_site_name_remove_null 9888cafb2328
-- migration wagtailcore.0047_add_workflow_models 204899691661
-- migration wagtailcore.0048_add_default_workflows af78db1d42f6
-- migration wagtailcore.0049_taskstate_finished_by f5f2bca3716c
-- migration wagtailcore.0050_workflow_rejected_to_needs_changes 5c0cdb9025c3
-- migration wagtailcore.0051_taskstate_comment 0e10a5d370d6
-- migration wagtailcore.0052_pagelogentry 246422360098
-- migration wagtailcore.0053_locale_model bfd6fba56a11
-- migration wagtailcore.0054_initial_locale 94122ab10b32
-- migration wagtailcore.0055_page_locale_fields 0bfa4f4932b7
-- migration wagtailcore.0056_page_locale_fields_populate a5cfb4f23860
-- migration wagtailcore.0057_page_locale_fields_notnull 8cb584fc83fa
-- migration wagtailcore.0058_page_alias_of 478581f22c80
-- migration wagtailcore.0059_apply_collection_ordering 36d535fa96a1
-- migration wagtailcore.0060_fix_workflow_unique_constraint 883117a3b45c
-- migration wagtailcore.0061_change_promote_tab_helpt_text_and_verbose_names f303f2415229
-- migration wagtailcore.0062_comment_models_and_pagesubscription 0704ed51a560
-- migration wagtailcore.0063_modellogentry 7f67fc0f5c40
-- migration wagtailcore.0064_log_timestamp_indexes ee7bad344df8
-- migration wagtailcore.0065_log_entry_uuid a5b71e830e64
-- migration wagtailcore.0066_collection_management_permissions dfc28f96014d
-- migration wagtailcore.0067_alter_pagerevision_content_json 2ab4c77f237f
-- migration wagtailcore.0068_log_entry_empty_object c5e51c974fdc
-- migration wagtailcore.0069_log_entry_jsonfield 70b22160eb85
-- migration wagtailcore.0070_rename_pagerevision_revision 2f27c5b8f8cf
-- migration wagtailcore.0071_populate_revision_content_type e8fcd9b84549
-- migration wagtailcore.0072_alter_revision_content_type_notnull 89429dea4c3c
-- migration wagtailcore.0073_page_latest_revision e6c6f3c35138
-- migration wagtailcore.0074_revision_object_str 3e57999ac0b3
-- migration wagtailcore.0075_populate_latest_revision_and_revision_object_str c0d75b909008
-- migration wagtailcore.0076_modellogentry_revision f94bb2161f57
-- migration wagtailcore.0077_alter_revision_user 6b2de9b98a82
-- migration wagtailcore.0078_referenceindex 501b9d4ff7aa
-- migration wagtailcore.0079_rename_taskstate_page_revision 033f1da05246
-- migration wagtailcore.0080_generic_workflowstate 9c1c523444a7
-- migration wagtailcore.0081_populate_workflowstate_content_type 3f2c80e824b0
-- migration wagtailcore.0082_alter_workflowstate_content_type_notnull 017c8b764cca
-- migration wagtailcore.0083_workflowcontenttype e48078055806
-- migration wagtailcore.0084_add_default_page_permissions 6533eff60974
-- migration wagtailcore.0085_add_grouppagepermission_permission 14255d76b2de
-- migration wagtailcore.0086_populate_grouppagepermission_permission bd8b17615a7e
-- migration wagtailcore.0087_alter_grouppagepermission_unique_together_and_more 9f5bcc927b35
-- migration wagtailcore.0088_fix_log_entry_json_timestamps e5afc01f4a8c
-- migration wagtailcore.0089_log_entry_data_json_null_to_object 06c80b0a050e
-- migration wagtailcore.0090_remove_grouppagepermission_permission_type 281e571eb789
-- migration wagtailcore.0091_remove_revision_submitted_for_moderation 66f520f7ab72
-- migration wagtailcore.0092_alter_collectionviewrestriction_password_and_more 44955a20f45f
-- migration wagtailcore.0093_uploadedfile c02885138ca1
-- migration wagtailcore.0094_alter_page_locale 14d6c54cae83
-- migration wagtailcore.0095_groupsitepermission 578cbf14db2f
-- migration wagtailcore.0096_referenceindex_referenceindex_source_object_and_more 94d1cc952750
-- migration wagtailcore.0097_baselogentry_uuid_action_timestamp_indexes 038c7d89861a
-- migration wagtailcore.0098_apitoken 591ddb5d33eb
-- migration wagtaildocs.0001_initial a6847d309200
-- migration wagtaildocs.0002_initial_data 9cc33694f10c
-- migration wagtaildocs.0003_add_verbose_names 2ee10fdad320
-- migration wagtaildocs.0004_capitalizeverbose 4651d6a0b6ce
-- migration wagtaildocs.0005_alter_uploaded_by_user_on_delete_action 95ba0c8e03bd
-- migration wagtaildocs.0005_document_collection 81f9c182c531
-- migration wagtaildocs.0006_copy_document_permissions_to_collections 48117f735ebe
-- migration wagtaildocs.0007_merge d479b02a6ffa
-- migration wagtaildocs.0008_document_file_size cc62bdd44041
-- migration wagtaildocs.0009_document_verbose_name_plural 4d3a685a9446
-- migration wagtaildocs.0010_document_file_hash 80687d1b5b7b
-- migration wagtaildocs.0011_add_choose_permissions e5a96a131812
-- migration wagtaildocs.0012_uploadeddocument 8c60f611a5d5
-- migration wagtaildocs.0013_delete_uploadeddocument da2f6d9b8afe
-- migration wagtaildocs.0014_alter_document_file_size 4ea1c485f5c6
-- migration wagtailembeds.0001_initial 4cda33758173
-- migration wagtailembeds.0002_add_verbose_names 3c0f0925d46f
-- migration wagtailembeds.0003_capitalizeverbose c31c4986c199
-- migration wagtailembeds.0004_embed_verbose_name_plural 6698f3fe91fe
-- migration wagtailembeds.0005_specify_thumbnail_url_max_length a87ca7d4f748
-- migration wagtailembeds.0006_add_embed_hash e8767b3cb307
-- migration wagtailembeds.0007_populate_hash 40f72d1536da
-- migration wagtailembeds.0008_allow_long_urls 1dbd0da67e09
-- migration wagtailembeds.0009_embed_cache_until d5bd3a7251f5
-- migration wagtailforms.0001_initial 49838b601217
-- migration wagtailforms.0002_add_verbose_names 4c71aa6dd891
-- migration wagtailforms.0003_capitalizeverbose 604de6dcb171
-- migration wagtailforms.0004_add_verbose_name_plural 930df4b312d9
-- migration wagtailforms.0005_alter_formsubmission_form_data 037911a825da
-- migration wagtailimages.0001_initial fe18cd6be8eb
-- migration wagtailimages.0001_squashed_0021 daed4ad0904d
-- migration wagtailimages.0002_initial_data 205c11cfbd2f
-- migration wagtailimages.0003_fix_focal_point_fields 91d854b1dbc7
-- migration wagtailimages.0004_make_focal_point_key_not_nullable d8ba85af9619
-- migration wagtailimages.0005_make_filter_spec_unique 20fa306ad9d5
-- migration wagtailimages.0006_add_verbose_names 22bd284a0633
-- migration wagtailimages.0007_image_file_size 2dd6a2ecbed8
-- migration wagtailimages.0008_image_created_at_index fabcd0f908be
-- migration wagtailimages.0009_capitalizeverbose 5aa100d92443
-- migration wagtailimages.0010_change_on_delete_behaviour 7102fb52fe3e
-- migration wagtailimages.0011_image_collection 1cee56cfcdc0
-- migration wagtailimages.0012_copy_image_permissions_to_collections 5569501759e9
-- migration wagtailimages.0013_make_rendition_upload_callable 9c882b1d3e32
-- migration wagtailimages.0014_add_filter_spec_field cfb5cd34b7fa
-- migration wagtailimages.0015_fill_filter_spec_field 4c7780373701
-- migration wagtailimages.0016_deprecate_rendition_filter_relation 2e201ffab6d5
-- migration wagtailimages.0017_reduce_focal_point_key_max_length 10eee4944904
-- migration wagtailimages.0018_remove_rendition_filter 05b4722063b7
-- migration wagtailimages.0019_delete_filter 5ea2dddeb669
-- migration wagtailimages.0020_add-verbose-name 19985bc6729d
-- migration wagtailimages.0021_image_file_hash 9b4297dd851d
-- migration wagtailimages.0022_uploadedimage 9793ee618627
-- migration wagtailimages.0023_add_choose_permissions 37f2b23c4313
-- migration wagtailimages.0024_index_image_file_hash c204e1dbef4c
-- migration wagtailimages.0025_alter_image_file_alter_rendition_file bba3a6ba48a0
-- migration wagtailimages.0026_delete_uploadedimage 7035d27dab2f
-- migration wagtailimages.0027_image_description 621fef7dd685
-- migration wagtailredirects.0001_initial aa1e98ddab8a
-- migration wagtailredirects.0002_add_verbose_names 6ad4f6047285
-- migration wagtailredirects.0003_make_site_field_editable 8140fdb4e944
-- migration wagtailredirects.0004_set_unique_on_path_and_site c38947febcf2
-- migration wagtailredirects.0005_capitalizeverbose 7d22e7038deb
-- migration wagtailredirects.0006_redirect_increase_max_length 8bd866d61544
-- migration wagtailredirects.0007_add_autocreate_fields f2f08cd09dba
-- migration wagtailredirects.0008_add_verbose_name_plural 2597a8855952
-- migration wagtailsearch.0001_initial 93148b99b95c
-- migration wagtailsearch.0002_add_verbose_names 3c72290f71b5
-- migration wagtailsearch.0003_remove_editors_pick 60dede9f42ba
-- migration wagtailsearch.0004_querydailyhits_verbose_name_plural 79bf566c7724
-- migration wagtailsearch.0005_create_indexentry 2ef478982bea
-- migration wagtailsearch.0006_customise_indexentry 072b86ec4468
-- migration wagtailsearch.0007_delete_editorspick 49417cfd296b
-- migration wagtailsearch.0008_remove_query_and_querydailyhits_models 34205d79c48a
-- migration wagtailsearch.0009_remove_ngram_autocomplete 0cc43abf3445
-- migration wagtailsearch.0010_add_text_fields c56cd3498aaa
-- migration wagtailusers.0001_initial 45a8c1ec6742
-- migration wagtailusers.0002_add_verbose_name_on_userprofile 2a4c434837ee
-- migration wagtailusers.0003_add_verbose_names 9590c0e99d19
-- migration wagtailusers.0004_capitalizeverbose 327e5a4b51ff
-- migration wagtailusers.0005_make_related_name_wagtail_specific 45dfa0294cdd
-- migration wagtailusers.0006_userprofile_prefered_language 636c4e036df1
-- migration wagtailusers.0007_userprofile_current_time_zone 435fd383a877
-- migration wagtailusers.0008_userprofile_avatar 2ee737254928
-- migration wagtailusers.0009_userprofile_verbose_name_plural ca8286fe2e29
-- migration wagtailusers.0010_userprofile_updated_comments_notifications 97033bd05c08
-- migration wagtailusers.0011_userprofile_dismissibles b6381984386e
-- migration wagtailusers.0012_userprofile_theme fb079398fa7e
-- migration wagtailusers.0013_userprofile_density 934baa45fe42
-- migration wagtailusers.0014_userprofile_contrast 3f44752ffd8d
-- migration wagtailusers.0015_userprofile_keyboard_shortcuts b861c0bc6f5a
-- migration wishlists.0001_initial 80b505348c4c
-- migration wishlists.0002_auto_20160111_1108 503eb5da7c1d
-- migration wishlists.0003_auto_20181115_1953 db52833bb3b8
-- migration wishlists.0004_auto_20220328_0939 ffd694ef33aa
BEGIN;
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" VALUES(1,'contenttypes','0001_initial','2026-11-22 02:22:44.337774');
INSERT INTO "django_migrations" VALUES(2,'contenttypes','0002_remove_content_type_name','2026-11-22 02:22:44.361990');
INSERT INTO "django_migrations" VALUES(3,'auth','0001_initial','2026-11-22 02:22:44.432850');
INSERT INTO "django_migrations" VALUES(4,'auth','0002_alter_permission_name_max_length','2026-11-22 02:22:44.456071');
INSERT INTO "django_migrations" VALUES(5,'auth','0003_alter_user_email_max_length','2026-11-22 02:22:44.475067');
INSERT INTO "django_migrations" VALUES(6,'auth','0004_alter_user_username_opts','2026-11-22 02:22:44.507820');
INSERT INTO "django_migrations" VALUES(7,'auth','0005_alter_user_last_login_null','2026-11-22 02:22:44.545206');
INSERT INTO "django_migrations" VALUES(8,'auth','0006_require_contenttypes_0002','2026-11-22 02:22:44.546083');
INSERT INTO "django_migrations" VALUES(9,'auth','0007_alter_validators_add_error_messages','2026-11-22 02:22:44.609424');
INSERT INTO "django_migrations" VALUES(10,'auth','0008_alter_user_username_max_length','2026-11-22 02:22:44.646557');
INSERT INTO "django_migrations" VALUES(11,'auth','0009_alter_user_last_name_max_length','2026-11-22 02:22:44.681835');
INSERT INTO "django_migrations" VALUES(12,'auth','0010_alter_group_name_max_length','2026-11-22 02:22:44.717906');
INSERT INTO "django_migrations" VALUES(13,'auth','0011_update_proxy_permissions','2026-11-22 02:22:44.759721');
INSERT INTO "django_migrations" VALUES(14,'auth','0012_alter_user_first_name_max_length','2026-11-22 02:22:44.777989');
INSERT INTO "django_migrations" VALUES(15,'shopflow_users','0001_initial','2026-11-22 02:22:44.841383');
INSERT INTO "django_migrations" VALUES(16,'address','0001_initial','2026-11-22 02:22:44.938716');
INSERT INTO "django_migrations" VALUES(17,'address','0002_auto_20150927_1547','2026-11-22 02:22:45.042798');
INSERT INTO "django_migrations" VALUES(18,'address','0003_auto_20150927_1551','2026-11-22 02:22:45.195960');
INSERT INTO "django_migrations" VALUES(19,'address','0004_auto_20170226_1122','2026-11-22 02:22:45.956088');
INSERT INTO "django_migrations" VALUES(20,'address','0005_regenerate_user_address_hashes','2026-11-22 02:22:45.996205');
INSERT INTO "django_migrations" VALUES(21,'address','0006_auto_20181115_1953','2026-11-22 02:22:46.014390');
INSERT INTO "django_migrations" VALUES(22,'address','0007_useraddress_code','2026-11-22 02:22:46.075147');
INSERT INTO "django_migrations" VALUES(23,'admin','0001_initial','2026-11-22 02:22:46.132771');
INSERT INTO "django_migrations" VALUES(24,'admin','0002_logentry_remove_auto_add','2026-11-22 02:22:46.178000');
INSERT INTO "django_migrations" VALUES(25,'admin','0003_logentry_add_action_flag_choices','2026-11-22 02:22:46.249097');
INSERT INTO "django_migrations" VALUES(26,'catalogue','0001_initial','2026-11-22 02:22:47.896096');
INSERT INTO "django_migrations" VALUES(27,'analytics','0001_initial','2026-11-22 02:22:48.125795');
INSERT INTO "django_migrations" VALUES(28,'analytics','0002_auto_20140827_1705','2026-11-22 02:22:48.518945');
INSERT INTO "django_migrations" VALUES(29,'analytics','0003_auto_20200801_0817','2026-11-22 02:22:48.625710');
INSERT INTO "django_migrations" VALUES(30,'axes','0001_initial','2026-11-22 02:22:48.637728');
INSERT INTO "django_migrations" VALUES(31,'axes','0002_auto_20151217_2044','2026-11-22 02:22:48.780996');
INSERT INTO "django_migrations" VALUES(32,'axes','0003_auto_20160322_0929','2026-11-22 02:22:48.831440');
INSERT INTO "django_migrations" VALUES(33,'axes','0004_auto_20181024_1538','2026-11-22 02:22:48.874632');
INSERT INTO "django_migrations" VALUES(34,'axes','0005_remove_accessattempt_trusted','2026-11-22 02:22:48.893108');
INSERT INTO "django_migrations" VALUES(35,'axes','0006_remove_accesslog_trusted','2026-11-22 02:22:48.910413');
INSERT INTO "django_migrations" VALUES(36,'axes','0007_alter_accessattempt_unique_together','2026-11-22 02:22:49.027176');
INSERT INTO "django_migrations" VALUES(37,'axes','0008_accessfailurelog','2026-11-22 02:22:49.037303');
INSERT INTO "django_migrations" VALUES(38,'axes','0009_add_session_hash','2026-11-22 02:22:49.063264');
INSERT INTO "django_migrations" VALUES(39,'axes','0010_accessattemptexpiration','2026-11-22 02:22:49.081554');
INSERT INTO "django_migrations" VALUES(40,'sites','0001_initial','2026-11-22 02:22:49.091968');
INSERT INTO "django_migrations" VALUES(41,'partner','0001_initial','2026-11-22 02:22:49.578985');
INSERT INTO "django_migrations" VALUES(42,'customer','0001_initial','2026-11-22 02:22:50.066712');
INSERT INTO "django_migrations" VALUES(43,'basket','0001_initial','2026-11-22 02:22:50.108429');
INSERT INTO "django_migrations" VALUES(44,'basket','0002_auto_20140827_1705','2026-11-22 02:22:51.908698');
INSERT INTO "django_migrations" VALUES(45,'order','0001_initial','2026-11-22 02:22:57.982784');
INSERT INTO "django_migrations" VALUES(46,'offer','0001_initial','2026-11-22 02:23:00.196895');
INSERT INTO "django_migrations" VALUES(47,'voucher','0001_initial','2026-11-22 02:23:00.630210');
INSERT INTO "django_migrations" VALUES(48,'basket','0003_basket_vouchers','2026-11-22 02:23:00.832683');
INSERT INTO "django_migrations" VALUES(49,'basket','0004_auto_20141007_2032','2026-11-22 02:23:01.004581');
INSERT INTO "django_migrations" VALUES(50,'basket','0005_auto_20150604_1450','2026-11-22 02:23:01.317979');
INSERT INTO "django_migrations" VALUES(51,'basket','0006_auto_20160111_1108','2026-11-22 02:23:01.460758');
INSERT INTO "django_migrations" VALUES(52,'basket','0007_slugfield_noop','2026-11-22 02:23:01.601942');
INSERT INTO "django_migrations" VALUES(53,'basket','0008_auto_20181115_1953','2026-11-22 02:23:01.790108');
INSERT INTO "django_migrations" VALUES(54,'basket','0009_line_date_updated','2026-11-22 02:23:01.934831');
INSERT INTO "django_migrations" VALUES(55,'basket','0010_json_basket_option','2026-11-22 02:23:03.169864');
INSERT INTO "django_migrations" VALUES(56,'basket','0011_json_basket_option','2026-11-22 02:23:03.254591');
INSERT INTO "django_migrations" VALUES(57,'basket','0012_line_code','2026-11-22 02:23:03.380673');
INSERT INTO "django_migrations" VALUES(58,'catalogue','0002_auto_20150217_1221','2026-11-22 02:23:03.478219');
INSERT INTO "django_migrations" VALUES(59,'catalogue','0003_data_migration_slugs','2026-11-22 02:23:03.718753');
INSERT INTO "django_migrations" VALUES(60,'catalogue','0004_auto_20150217_1710','2026-11-22 02:23:03.911508');
INSERT INTO "django_migrations" VALUES(61,'catalogue','0005_auto_20150604_1450','2026-11-22 02:23:04.160792');
INSERT INTO "django_migrations" VALUES(62,'catalogue','0006_auto_20150807_1725','2026-11-22 02:23:04.406978');
INSERT INTO "django_migrations" VALUES(63,'catalogue','0007_auto_20151207_1440','2026-11-22 02:23:04.445542');
INSERT INTO "django_migrations" VALUES(64,'catalogue','0008_auto_20160304_1652','2026-11-22 02:23:04.725604');
INSERT INTO "django_migrations" VALUES(65,'catalogue','0009_slugfield_noop','2026-11-22 02:23:05.109404');
INSERT INTO "django_migrations" VALUES(66,'catalogue','0010_auto_20170420_0439','2026-11-22 02:23:06.222411');
INSERT INTO "django_migrations" VALUES(67,'catalogue','0011_auto_20170422_1355','2026-11-22 02:23:06.370862');
INSERT INTO "django_migrations" VALUES(68,'catalogue','0012_auto_20170609_1902','2026-11-22 02:23:07.713708');
INSERT INTO "django_migrations" VALUES(69,'catalogue','0013_auto_20170821_1548','2026-11-22 02:23:07.975500');
INSERT INTO "django_migrations" VALUES(70,'catalogue','0014_auto_20181115_1953','2026-11-22 02:23:08.548486');
INSERT INTO "django_migrations" VALUES(71,'catalogue','0015_product_is_public','2026-11-22 02:23:08.639726');
INSERT INTO "django_migrations" VALUES(72,'catalogue','0016_auto_20190327_0757','2026-11-22 02:23:09.863708');
INSERT INTO "django_migrations" VALUES(73,'catalogue','0017_auto_20190816_0938','2026-11-22 02:23:11.296577');
INSERT INTO "django_migrations" VALUES(74,'catalogue','0018_auto_20191220_0920','2026-11-22 02:23:11.720544');
INSERT INTO "django_migrations" VALUES(75,'catalogue','0019_option_required','2026-11-22 02:23:12.182920');
INSERT INTO "django_migrations" VALUES(76,'catalogue','0020_auto_20200801_0817','2026-11-22 02:23:12.848707');
INSERT INTO "django_migrations" VALUES(77,'catalogue','0021_auto_20201005_0844','2026-11-22 02:23:13.222057');
INSERT INTO "django_migrations" VALUES(78,'catalogue','0022_auto_20210210_0539','2026-11-22 02:23:13.450842');
INSERT INTO "django_migrations" VALUES(79,'catalogue','0023_auto_20210824_1414','2026-11-22 02:23:13.698559');
INSERT INTO "django_migrations" VALUES(80,'catalogue','0024_remove_duplicate_attributes','2026-11-22 02:23:15.106663');
INSERT INTO "django_migrations" VALUES(81,'catalogue','0025_attribute_code_uniquetogether_constraint','2026-11-22 02:23:15.163230');
INSERT INTO "django_migrations" VALUES(82,'catalogue','0026_predefined_product_options','2026-11-22 02:23:15.922520');
INSERT INTO "django_migrations" VALUES(83,'catalogue','0027_attributeoption_code_attributeoptiongroup_code_and_more','2026-11-22 02:23:16.219379');
INSERT INTO "django_migrations" VALUES(84,'catalogue','0028_product_priority','2026-11-22 02:23:16.336572');
INSERT INTO "django_migrations" VALUES(85,'catalogue','0029_product_code','2026-11-22 02:23:16.479010');
INSERT INTO "django_migrations" VALUES(86,'catalogue','0030_auto_20250217_1247','2026-11-22 02:23:16.753647');
INSERT INTO "django_migrations" VALUES(87,'catalogue','0031_productcategoryhierarchy','2026-11-22 02:23:16.762346');
INSERT INTO "django_migrations" VALUES(88,'catalogue','0032_category_exclude_from_menu_category_long_description','2026-11-22 02:23:16.885547');
INSERT INTO "django_migrations" VALUES(89,'order','0002_auto_20141007_2032','2026-11-22 02:23:17.077220');
INSERT INTO "django_migrations" VALUES(90,'order','0003_auto_20150113_1629','2026-11-22 02:23:17.279070');
INSERT INTO "django_migrations" VALUES(91,'order','0004_auto_20160111_1108','2026-11-22 02:23:17.515524');
INSERT INTO "django_migrations" VALUES(92,'order','0005_update_email_length','2026-11-22 02:23:17.772912');
INSERT INTO "django_migrations" VALUES(93,'order','0006_orderstatuschange','2026-11-22 02:23:18.104659');
INSERT INTO "django_migrations" VALUES(94,'order','0007_auto_20181115_1953','2026-11-22 02:23:18.494318');
INSERT INTO "django_migrations" VALUES(95,'customer','0002_auto_20150807_1725','2026-11-22 02:23:18.527243');
INSERT INTO "django_migrations" VALUES(96,'customer','0003_update_email_length','2026-11-22 02:23:19.568754');
INSERT INTO "django_migrations" VALUES(97,'customer','0004_email_save','2026-11-22 02:23:19.959435');
INSERT INTO "django_migrations" VALUES(98,'customer','0005_auto_20181115_1953','2026-11-22 02:23:20.092222');
INSERT INTO "django_migrations" VALUES(99,'communication','0001_initial','2026-11-22 02:23:20.789243');
INSERT INTO "django_migrations" VALUES(100,'order','0008_auto_20190301_1035','2026-11-22 02:23:21.205905');
INSERT INTO "django_migrations" VALUES(101,'communication','0002_reset_table_names','2026-11-22 02:23:21.483010');
INSERT INTO "django_migrations" VALUES(102,'communication','0003_remove_notification_category_make_code_uppercase','2026-11-22 02:23:21.645172');
INSERT INTO "django_migrations" VALUES(103,'communication','0004_auto_20200801_0817','2026-11-22 02:23:21.840035');
INSERT INTO "django_migrations" VALUES(104,'reviews','0001_initial','2026-11-22 02:23:23.071713');
INSERT INTO "django_migrations" VALUES(105,'flatpages','0001_initial','2026-11-22 02:23:24.554668');
INSERT INTO "django_migrations" VALUES(106,'customer','0006_auto_20190430_1736','2026-11-22 02:23:25.751548');
INSERT INTO "django_migrations" VALUES(107,'customer','0007_auto_20200801_0817','2026-11-22 02:23:26.204559');
INSERT INTO "django_migrations" VALUES(108,'customer','0008_assign_permissions_to_staff','2026-11-22 02:23:26.778028');
INSERT INTO "django_migrations" VALUES(109,'shopflow_parts','0001_initial','2026-11-22 02:23:31.926044');
INSERT INTO "django_migrations" VALUES(110,'shopflow_parts','0002_partrecord_missing','2026-11-22 02:23:32.261181');
INSERT INTO "django_migrations" VALUES(111,'shopflow_parts','0003_parts_domain','2026-11-22 02:23:47.156849');
INSERT INTO "django_migrations" VALUES(112,'shopflow_parts','0004_import_identity','2026-11-22 02:23:47.749648');
INSERT INTO "django_migrations" VALUES(113,'shopflow_parts','0005_stock_by_location','2026-11-22 02:23:48.134495');
INSERT INTO "django_migrations" VALUES(114,'dealer_import','0001_initial','2026-11-22 02:23:49.456396');
INSERT INTO "django_migrations" VALUES(115,'dealer_import','0002_profiles_and_origins','2026-11-22 02:23:52.050159');
INSERT INTO "django_migrations" VALUES(116,'dealer_import','0003_undo_owners_and_schedules','2026-11-22 02:23:56.794243');
INSERT INTO "django_migrations" VALUES(117,'dealer_import','0004_exports','2026-11-22 02:23:58.041530');
INSERT INTO "django_migrations" VALUES(118,'offer','0002_auto_20151210_1053','2026-11-22 02:23:58.127137');
INSERT INTO "django_migrations" VALUES(119,'offer','0003_auto_20161120_1707','2026-11-22 02:23:58.248143');
INSERT INTO "django_migrations" VALUES(120,'offer','0004_auto_20170415_1518','2026-11-22 02:23:58.289410');
INSERT INTO "django_migrations" VALUES(121,'offer','0005_auto_20170423_1217','2026-11-22 02:23:59.150024');
INSERT INTO "django_migrations" VALUES(122,'offer','0006_auto_20170504_0616','2026-11-22 02:24:00.875980');
INSERT INTO "django_migrations" VALUES(123,'offer','0007_conditionaloffer_exclusive','2026-11-22 02:24:00.954919');
INSERT INTO "django_migrations" VALUES(124,'offer','0008_auto_20181115_1953','2026-11-22 02:24:01.538900');
INSERT INTO "django_migrations" VALUES(125,'offer','0009_auto_20200801_0817','2026-11-22 02:24:01.683234');
INSERT INTO "django_migrations" VALUES(126,'offer','0010_conditionaloffer_combinations','2026-11-22 02:24:02.185195');
INSERT INTO "django_migrations" VALUES(127,'offer','0011_rangeproductfileupload_included','2026-11-22 02:24:02.392417');
INSERT INTO "django_migrations" VALUES(128,'offer','0012_fixedunitdiscountbenefit_alter_benefit_type','2026-11-22 02:24:02.443659');
INSERT INTO "django_migrations" VALUES(129,'offer','0013_range_excluded_categories','2026-11-22 02:24:02.857366');
INSERT INTO "django_migrations" VALUES(130,'order','0008_surcharge','2026-11-22 02:24:03.299416');
INSERT INTO "django_migrations" VALUES(131,'order','0010_auto_20200724_0909','2026-11-22 02:24:05.201263');
INSERT INTO "django_migrations" VALUES(132,'order','0011_auto_20200801_0817','2026-11-22 02:24:05.522829');
INSERT INTO "django_migrations" VALUES(133,'order','0012_json_option_value','2026-11-22 02:24:06.310353');
INSERT INTO "django_migrations" VALUES(134,'order','0013_json_option_value','2026-11-22 02:24:06.450407');
INSERT INTO "django_migrations" VALUES(135,'order','0014_tax_code','2026-11-22 02:24:07.225375');
INSERT INTO "django_migrations" VALUES(136,'order','0015_orderlinediscount','2026-11-22 02:24:07.745038');
INSERT INTO "django_migrations" VALUES(137,'order','0016_line_allocation_cancelled_line_num_allocated','2026-11-22 02:24:08.366947');
INSERT INTO "django_migrations" VALUES(138,'order','0017_set_num_allocated_to_quantity','2026-11-22 02:24:10.006182');
INSERT INTO "django_migrations" VALUES(139,'order','0018_alter_line_num_allocated','2026-11-22 02:24:10.839592');
INSERT INTO "django_migrations" VALUES(140,'order','0019_order_analytics_tracked','2026-11-22 02:24:11.132136');
INSERT INTO "django_migrations" VALUES(141,'order','0020_alter_order_analytics_tracked','2026-11-22 02:24:11.477310');
INSERT INTO "django_migrations" VALUES(142,'order','0021_billingaddress_code_shippingaddress_code','2026-11-22 02:24:11.644063');
INSERT INTO "django_migrations" VALUES(143,'partner','0002_auto_20141007_2032','2026-11-22 02:24:11.980971');
INSERT INTO "django_migrations" VALUES(144,'partner','0003_auto_20150604_1450','2026-11-22 02:24:12.813151');
INSERT INTO "django_migrations" VALUES(145,'partner','0004_auto_20160107_1755','2026-11-22 02:24:12.951686');
INSERT INTO "django_migrations" VALUES(146,'partner','0005_auto_20181115_1953','2026-11-22 02:24:13.186747');
INSERT INTO "django_migrations" VALUES(147,'partner','0006_auto_20200724_0909','2026-11-22 02:24:14.118249');
INSERT INTO "django_migrations" VALUES(148,'partner','0007_partneraddress_code','2026-11-22 02:24:14.266117');
INSERT INTO "django_migrations" VALUES(149,'payment','0001_initial','2026-11-22 02:24:18.768972');
INSERT INTO "django_migrations" VALUES(150,'payment','0002_auto_20141007_2032','2026-11-22 02:24:19.000888');
INSERT INTO "django_migrations" VALUES(151,'payment','0003_auto_20160323_1520','2026-11-22 02:24:19.262219');
INSERT INTO "django_migrations" VALUES(152,'payment','0004_auto_20181115_1953','2026-11-22 02:24:19.400691');
INSERT INTO "django_migrations" VALUES(153,'payment','0005_auto_20200801_0817','2026-11-22 02:24:19.736683');
INSERT INTO "django_migrations" VALUES(154,'reviews','0002_update_email_length','2026-11-22 02:24:20.243995');
INSERT INTO "django_migrations" VALUES(155,'reviews','0003_auto_20160802_1358','2026-11-22 02:24:20.616048');
INSERT INTO "django_migrations" VALUES(156,'reviews','0004_auto_20170429_0941','2026-11-22 02:24:21.216456');
INSERT INTO "django_migrations" VALUES(157,'reviews','0005_productreview_code','2026-11-22 02:24:21.518273');
INSERT INTO "django_migrations" VALUES(158,'sessions','0001_initial','2026-11-22 02:24:21.538284');
INSERT INTO "django_migrations" VALUES(159,'shipping','0001_initial','2026-11-22 02:24:24.446770');
INSERT INTO "django_migrations" VALUES(160,'shipping','0002_auto_20150604_1450','2026-11-22 02:24:25.758477');
INSERT INTO "django_migrations" VALUES(161,'shipping','0003_auto_20181115_1953','2026-11-22 02:24:26.059064');
INSERT INTO "django_migrations" VALUES(162,'shipping','1001_shippingrate','2026-11-22 02:24:26.085828');
INSERT INTO "django_migrations" VALUES(163,'shopflow_audience','0001_initial','2026-11-22 02:24:27.494747');
INSERT INTO "django_migrations" VALUES(164,'shopflow_automations','0001_initial','2026-11-22 02:24:34.049701');
INSERT INTO "django_migrations" VALUES(165,'shopflow_core','0001_initial','2026-11-22 02:24:34.128793');
INSERT INTO "django_migrations" VALUES(166,'shopflow_core','0002_initial','2026-11-22 02:24:34.995776');
INSERT INTO "django_migrations" VALUES(167,'shopflow_core','0003_seller','2026-11-22 02:24:35.005769');
INSERT INTO "django_migrations" VALUES(168,'shopflow_core','0004_worker_heartbeat','2026-11-22 02:24:35.014096');
INSERT INTO "django_migrations" VALUES(169,'shopflow_delivery','0001_initial','2026-11-22 02:24:40.993958');
INSERT INTO "django_migrations" VALUES(170,'shopflow_demo','0001_initial','2026-11-22 02:24:41.011823');
INSERT INTO "django_migrations" VALUES(171,'shopflow_documents','0001_initial','2026-11-22 02:24:42.362058');
INSERT INTO "django_migrations" VALUES(172,'shopflow_documents','0002_immutable','2026-11-22 02:24:42.377280');
INSERT INTO "django_migrations" VALUES(173,'shopflow_documents','0003_shared_triggers','2026-11-22 02:24:42.923976');
INSERT INTO "django_migrations" VALUES(174,'wagtailcore','0001_initial','2026-11-22 02:24:49.188361');
INSERT INTO "django_migrations" VALUES(175,'wagtailcore','0002_initial_data','2026-11-22 02:24:49.188703');
INSERT INTO "django_migrations" VALUES(176,'wagtailcore','0003_add_uniqueness_constraint_on_group_page_permission','2026-11-22 02:24:49.194619');
INSERT INTO "django_migrations" VALUES(177,'wagtailcore','0004_page_locked','2026-11-22 02:24:49.195001');
INSERT INTO "django_migrations" VALUES(178,'wagtailcore','0005_add_page_lock_permission_to_moderators','2026-11-22 02:24:49.195148');
INSERT INTO "django_migrations" VALUES(179,'wagtailcore','0006_add_lock_page_permission','2026-11-22 02:24:49.195353');
INSERT INTO "django_migrations" VALUES(180,'wagtailcore','0007_page_latest_revision_created_at','2026-11-22 02:24:49.195519');
INSERT INTO "django_migrations" VALUES(181,'wagtailcore','0008_populate_latest_revision_created_at','2026-11-22 02:24:49.195664');
INSERT INTO "django_migrations" VALUES(182,'wagtailcore','0009_remove_auto_now_add_from_pagerevision_created_at','2026-11-22 02:24:49.195826');
INSERT INTO "django_migrations" VALUES(183,'wagtailcore','0010_change_page_owner_to_null_on_delete','2026-11-22 02:24:49.196030');
INSERT INTO "django_migrations" VALUES(184,'wagtailcore','0011_page_first_published_at','2026-11-22 02:24:49.208102');
INSERT INTO "django_migrations" VALUES(185,'wagtailcore','0012_extend_page_slug_field','2026-11-22 02:24:49.211941');
INSERT INTO "django_migrations" VALUES(186,'wagtailcore','0013_update_golive_expire_help_text','2026-11-22 02:24:49.212495');
INSERT INTO "django_migrations" VALUES(187,'wagtailcore','0014_add_verbose_name','2026-11-22 02:24:49.212749');
INSERT INTO "django_migrations" VALUES(188,'wagtailcore','0015_add_more_verbose_names','2026-11-22 02:24:49.212986');
INSERT INTO "django_migrations" VALUES(189,'wagtailcore','0016_change_page_url_path_to_text_field','2026-11-22 02:24:49.213216');
INSERT INTO "django_migrations" VALUES(190,'wagtailcore','0017_change_edit_page_permission_description','2026-11-22 02:24:49.275014');
INSERT INTO "django_migrations" VALUES(191,'wagtailcore','0018_pagerevision_submitted_for_moderation_index','2026-11-22 02:24:49.573109');
INSERT INTO "django_migrations" VALUES(192,'wagtailcore','0019_verbose_names_cleanup','2026-11-22 02:24:50.246094');
INSERT INTO "django_migrations" VALUES(193,'wagtailcore','0020_add_index_on_page_first_published_at','2026-11-22 02:24:51.942393');
INSERT INTO "django_migrations" VALUES(194,'wagtailcore','0021_capitalizeverbose','2026-11-22 02:25:07.624510');
INSERT INTO "django_migrations" VALUES(195,'wagtailcore','0022_add_site_name','2026-11-22 02:25:07.728811');
INSERT INTO "django_migrations" VALUES(196,'wagtailcore','0023_alter_page_revision_on_delete_behaviour','2026-11-22 02:25:08.652110');
INSERT INTO "django_migrations" VALUES(197,'wagtailcore','0024_collection','2026-11-22 02:25:08.678681');
INSERT INTO "django_migrations" VALUES(198,'wagtailcore','0025_collection_initial_data','2026-11-22 02:25:09.548189');
INSERT INTO "django_migrations" VALUES(199,'wagtailcore','0026_group_collection_permission','2026-11-22 02:25:12.233936');
INSERT INTO "django_migrations" VALUES(200,'wagtailcore','0027_fix_collection_path_collation','2026-11-22 02:25:13.447944');
INSERT INTO "django_migrations" VALUES(201,'wagtailcore','0024_alter_page_content_type_on_delete_behaviour','2026-11-22 02:25:14.291571');
INSERT INTO "django_migrations" VALUES(202,'wagtailcore','0028_merge','2026-11-22 02:25:14.292768');
INSERT INTO "django_migrations" VALUES(203,'wagtailcore','0029_unicode_slugfield_dj19','2026-11-22 02:25:14.567091');
INSERT INTO "django_migrations" VALUES(204,'wagtailcore','0030_index_on_pagerevision_created_at','2026-11-22 02:25:14.897305');
INSERT INTO "django_migrations" VALUES(205,'wagtailcore','0031_add_page_view_restriction_types','2026-11-22 02:25:15.706803');
INSERT INTO "django_migrations" VALUES(206,'wagtailcore','0032_add_bulk_delete_page_permission','2026-11-22 02:25:15.795138');
INSERT INTO "django_migrations" VALUES(207,'wagtailcore','0033_remove_golive_expiry_help_text','2026-11-22 02:25:16.422342');
INSERT INTO "django_migrations" VALUES(208,'wagtailcore','0034_page_live_revision','2026-11-22 02:25:18.480395');
INSERT INTO "django_migrations" VALUES(209,'wagtailcore','0035_page_last_published_at','2026-11-22 02:25:18.755751');
INSERT INTO "django_migrations" VALUES(210,'wagtailcore','0036_populate_page_last_published_at','2026-11-22 02:25:19.563069');
INSERT INTO "django_migrations" VALUES(211,'wagtailcore','0037_set_page_owner_editable','2026-11-22 02:25:20.371456');
INSERT INTO "django_migrations" VALUES(212,'wagtailcore','0038_make_first_published_at_editable','2026-11-22 02:25:20.604315');
INSERT INTO "django_migrations" VALUES(213,'wagtailcore','0039_collectionviewrestriction','2026-11-22 02:25:22.063145');
INSERT INTO "django_migrations" VALUES(214,'wagtailcore','0040_page_draft_title','2026-11-22 02:25:24.510454');
INSERT INTO "django_migrations" VALUES(215,'wagtailcore','0041_group_collection_permissions_verbose_name_plural','2026-11-22 02:25:24.600350');
INSERT INTO "django_migrations" VALUES(216,'wagtailcore','0042_index_on_pagerevision_approved_go_live_at','2026-11-22 02:25:24.945960');
INSERT INTO "django_migrations" VALUES(217,'wagtailcore','0043_lock_fields','2026-11-22 02:25:25.955727');
INSERT INTO "django_migrations" VALUES(218,'wagtailcore','0044_add_unlock_grouppagepermission','2026-11-22 02:25:26.070562');
INSERT INTO "django_migrations" VALUES(219,'wagtailcore','0045_assign_unlock_grouppagepermission','2026-11-22 02:25:26.978073');
INSERT INTO "django_migrations" VALUES(220,'wagtailcore','0046_site_name_remove_null','2026-11-22 02:25:27.154094');
INSERT INTO "django_migrations" VALUES(221,'wagtailcore','0047_add_workflow_models','2026-11-22 02:25:34.886577');
INSERT INTO "django_migrations" VALUES(222,'wagtailcore','0048_add_default_workflows','2026-11-22 02:25:35.610793');
INSERT INTO "django_migrations" VALUES(223,'wagtailcore','0049_taskstate_finished_by','2026-11-22 02:25:36.281271');
INSERT INTO "django_migrations" VALUES(224,'wagtailcore','0050_workflow_rejected_to_needs_changes','2026-11-22 02:25:36.843845');
INSERT INTO "django_migrations" VALUES(225,'wagtailcore','0051_taskstate_comment','2026-11-22 02:25:38.008706');
INSERT INTO "django_migrations" VALUES(226,'wagtailcore','0052_pagelogentry','2026-11-22 02:25:38.577304');
INSERT INTO "django_migrations" VALUES(227,'wagtailcore','0053_locale_model','2026-11-22 02:25:38.593199');
INSERT INTO "django_migrations" VALUES(228,'wagtailcore','0054_initial_locale','2026-11-22 02:25:39.006364');
INSERT INTO "django_migrations" VALUES(229,'wagtailcore','0055_page_locale_fields','2026-11-22 02:25:39.665471');
INSERT INTO "django_migrations" VALUES(230,'wagtailcore','0056_page_locale_fields_populate','2026-11-22 02:25:40.714885');
INSERT INTO "django_migrations" VALUES(231,'wagtailcore','0057_page_locale_fields_notnull','2026-11-22 02:25:41.261457');
INSERT INTO "django_migrations" VALUES(232,'wagtailcore','0058_page_alias_of','2026-11-22 02:25:41.615818');
INSERT INTO "django_migrations" VALUES(233,'wagtailcore','0059_apply_collection_ordering','2026-11-22 02:25:41.976824');
INSERT INTO "django_migrations" VALUES(234,'wagtailcore','0060_fix_workflow_unique_constraint','2026-11-22 02:25:42.324443');
INSERT INTO "django_migrations" VALUES(235,'wagtailcore','0061_change_promote_tab_helpt_text_and_verbose_names','2026-11-22 02:25:42.636340');
INSERT INTO "django_migrations" VALUES(236,'wagtailcore','0062_comment_models_and_pagesubscription','2026-11-22 02:25:45.060091');
INSERT INTO "django_migrations" VALUES(237,'wagtailcore','0063_modellogentry','2026-11-22 02:25:45.888358');
INSERT INTO "django_migrations" VALUES(238,'wagtailcore','0064_log_timestamp_indexes','2026-11-22 02:25:46.557983');
INSERT INTO "django_migrations" VALUES(239,'wagtailcore','0065_log_entry_uuid','2026-11-22 02:25:47.027552');
INSERT INTO "django_migrations" VALUES(240,'wagtailcore','0066_collection_management_permissions','2026-11-22 02:25:48.089823');
INSERT INTO "django_migrations" VALUES(241,'wagtailcore','0067_alter_pagerevision_content_json','2026-11-22 02:25:48.227470');
INSERT INTO "django_migrations" VALUES(242,'wagtailcore','0068_log_entry_empty_object','2026-11-22 02:25:48.611021');
INSERT INTO "django_migrations" VALUES(243,'wagtailcore','0069_log_entry_jsonfield','2026-11-22 02:25:49.061432');
INSERT INTO "django_migrations" VALUES(244,'wagtailcore','0070_rename_pagerevision_revision','2026-11-22 02:25:52.756745');
INSERT INTO "django_migrations" VALUES(245,'wagtailcore','0071_populate_revision_content_type','2026-11-22 02:25:52.931083');
INSERT INTO "django_migrations" VALUES(246,'wagtailcore','0072_alter_revision_content_type_notnull','2026-11-22 02:25:53.761616');
INSERT INTO "django_migrations" VALUES(247,'wagtailcore','0073_page_latest_revision','2026-11-22 02:25:54.073645');
INSERT INTO "django_migrations" VALUES(248,'wagtailcore','0074_revision_object_str','2026-11-22 02:25:54.734101');
INSERT INTO "django_migrations" VALUES(249,'wagtailcore','0075_populate_latest_revision_and_revision_object_str','2026-11-22 02:25:55.149840');
INSERT INTO "django_migrations" VALUES(250,'wagtailcore','0076_modellogentry_revision','2026-11-22 02:25:55.649407');
INSERT INTO "django_migrations" VALUES(251,'wagtailcore','0077_alter_revision_user','2026-11-22 02:25:55.897257');
INSERT INTO "django_migrations" VALUES(252,'wagtailcore','0078_referenceindex','2026-11-22 02:25:56.600039');
INSERT INTO "django_migrations" VALUES(253,'wagtailcore','0079_rename_taskstate_page_revision','2026-11-22 02:25:56.671444');
INSERT INTO "django_migrations" VALUES(254,'wagtailcore','0080_generic_workflowstate','2026-11-22 02:25:57.852323');
INSERT INTO "django_migrations" VALUES(255,'wagtailcore','0081_populate_workflowstate_content_type','2026-11-22 02:25:59.060453');
INSERT INTO "django_migrations" VALUES(256,'wagtailcore','0082_alter_workflowstate_content_type_notnull','2026-11-22 02:26:00.300862');
INSERT INTO "django_migrations" VALUES(257,'wagtailcore','0083_workflowcontenttype','2026-11-22 02:26:00.889177');
INSERT INTO "django_migrations" VALUES(258,'wagtailcore','0084_add_default_page_permissions','2026-11-22 02:26:01.164987');
INSERT INTO "django_migrations" VALUES(259,'wagtailcore','0085_add_grouppagepermission_permission','2026-11-22 02:26:02.944418');
INSERT INTO "django_migrations" VALUES(260,'wagtailcore','0086_populate_grouppagepermission_permission','2026-11-22 02:26:04.087995');
INSERT INTO "django_migrations" VALUES(261,'wagtailcore','0087_alter_grouppagepermission_unique_together_and_more','2026-11-22 02:26:04.791766');
INSERT INTO "django_migrations" VALUES(262,'wagtailcore','0088_fix_log_entry_json_timestamps','2026-11-22 02:26:06.806697');
INSERT INTO "django_migrations" VALUES(263,'wagtailcore','0089_log_entry_data_json_null_to_object','2026-11-22 02:26:07.585451');
INSERT INTO "django_migrations" VALUES(264,'wagtailcore','0090_remove_grouppagepermission_permission_type','2026-11-22 02:26:08.517789');
INSERT INTO "django_migrations" VALUES(265,'wagtailcore','0091_remove_revision_submitted_for_moderation','2026-11-22 02:26:08.758762');
INSERT INTO "django_migrations" VALUES(266,'wagtailcore','0092_alter_collectionviewrestriction_password_and_more','2026-11-22 02:26:09.020002');
INSERT INTO "django_migrations" VALUES(267,'wagtailcore','0093_uploadedfile','2026-11-22 02:26:09.473544');
INSERT INTO "django_migrations" VALUES(268,'wagtailcore','0094_alter_page_locale','2026-11-22 02:26:09.974844');
INSERT INTO "django_migrations" VALUES(269,'wagtailcore','0095_groupsitepermission','2026-11-22 02:26:11.310421');
INSERT INTO "django_migrations" VALUES(270,'wagtailcore','0096_referenceindex_referenceindex_source_object_and_more','2026-11-22 02:26:11.413960');
INSERT INTO "django_migrations" VALUES(271,'wagtailcore','0097_baselogentry_uuid_action_timestamp_indexes','2026-11-22 02:26:11.820061');
INSERT INTO "django_migrations" VALUES(272,'wagtailcore','0098_apitoken','2026-11-22 02:26:12.322566');
INSERT INTO "django_migrations" VALUES(273,'shopflow_legal','0001_initial','2026-11-22 02:26:15.963661');
INSERT INTO "django_migrations" VALUES(274,'shopflow_legal','0002_keep_evidence','2026-11-22 02:26:15.971565');
INSERT INTO "django_migrations" VALUES(275,'shopflow_mailing','0001_initial','2026-11-22 02:26:16.009834');
INSERT INTO "django_migrations" VALUES(276,'shopflow_ordering','0001_initial','2026-11-22 02:26:20.514195');
INSERT INTO "django_migrations" VALUES(277,'shopflow_ordering','0002_late_money','2026-11-22 02:26:20.796448');
INSERT INTO "django_migrations" VALUES(278,'shopflow_payments','0001_initial','2026-11-22 02:26:21.571668');
INSERT INTO "django_migrations" VALUES(279,'shopflow_privacy','0001_initial','2026-11-22 02:26:22.167031');
INSERT INTO "django_migrations" VALUES(280,'shopflow_storefront','0001_initial','2026-11-22 02:26:26.003204');
INSERT INTO "django_migrations" VALUES(281,'shopflow_storefront','0002_refresh_requests','2026-11-22 02:26:26.029267');
INSERT INTO "django_migrations" VALUES(282,'shopflow_tax','0001_initial','2026-11-22 02:26:27.528449');
INSERT INTO "django_migrations" VALUES(283,'sites','0002_alter_domain_unique','2026-11-22 02:26:28.246844');
INSERT INTO "django_migrations" VALUES(284,'taggit','0001_initial','2026-11-22 02:26:30.185760');
INSERT INTO "django_migrations" VALUES(285,'taggit','0002_auto_20150616_2121','2026-11-22 02:26:30.268149');
INSERT INTO "django_migrations" VALUES(286,'taggit','0003_taggeditem_add_unique_index','2026-11-22 02:26:30.402955');
INSERT INTO "django_migrations" VALUES(287,'taggit','0004_alter_taggeditem_content_type_alter_taggeditem_tag','2026-11-22 02:26:32.073645');
INSERT INTO "django_migrations" VALUES(288,'taggit','0005_auto_20220424_2025','2026-11-22 02:26:32.174509');
INSERT INTO "django_migrations" VALUES(289,'taggit','0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx','2026-11-22 02:26:32.402548');
INSERT INTO "django_migrations" VALUES(290,'thumbnail','0001_initial','2026-11-22 02:26:32.416383');
INSERT INTO "django_migrations" VALUES(291,'voucher','0002_auto_20170418_2132','2026-11-22 02:26:34.815764');
INSERT INTO "django_migrations" VALUES(292,'voucher','0003_auto_20171212_0411','2026-11-22 02:26:35.849966');
INSERT INTO "django_migrations" VALUES(293,'voucher','0004_auto_20180228_0940','2026-11-22 02:26:37.927583');
INSERT INTO "django_migrations" VALUES(294,'voucher','0005_auto_20180402_1425','2026-11-22 02:26:40.749374');
INSERT INTO "django_migrations" VALUES(295,'voucher','0006_auto_20180413_0911','2026-11-22 02:26:41.024777');
INSERT INTO "django_migrations" VALUES(296,'voucher','0007_auto_20181115_1953','2026-11-22 02:26:43.470469');
INSERT INTO "django_migrations" VALUES(297,'voucher','0008_auto_20200801_0817','2026-11-22 02:26:45.990060');
INSERT INTO "django_migrations" VALUES(298,'voucher','0009_make_voucher_names_unique','2026-11-22 02:26:48.489804');
INSERT INTO "django_migrations" VALUES(299,'voucher','0010_auto_20210224_0712','2026-11-22 02:26:51.005568');
INSERT INTO "django_migrations" VALUES(300,'wagtailadmin','0001_create_admin_access_permissions','2026-11-22 02:26:51.774316');
INSERT INTO "django_migrations" VALUES(301,'wagtailadmin','0002_admin','2026-11-22 02:26:51.796617');
INSERT INTO "django_migrations" VALUES(302,'wagtailadmin','0003_admin_managed','2026-11-22 02:26:51.844307');
INSERT INTO "django_migrations" VALUES(303,'wagtailadmin','0004_editingsession','2026-11-22 02:26:53.597440');
INSERT INTO "django_migrations" VALUES(304,'wagtailadmin','0005_editingsession_is_editing','2026-11-22 02:26:54.010226');
INSERT INTO "django_migrations" VALUES(305,'wagtailadmin','0006_formstate','2026-11-22 02:26:54.726325');
INSERT INTO "django_migrations" VALUES(306,'wagtaildocs','0001_initial','2026-11-22 02:26:55.580582');
INSERT INTO "django_migrations" VALUES(307,'wagtaildocs','0002_initial_data','2026-11-22 02:26:56.398104');
INSERT INTO "django_migrations" VALUES(308,'wagtaildocs','0003_add_verbose_names','2026-11-22 02:26:58.702581');
INSERT INTO "django_migrations" VALUES(309,'wagtaildocs','0004_capitalizeverbose','2026-11-22 02:27:02.058654');
INSERT INTO "django_migrations" VALUES(310,'wagtaildocs','0005_document_collection','2026-11-22 02:27:02.647158');
INSERT INTO "django_migrations" VALUES(311,'wagtaildocs','0006_copy_document_permissions_to_collections','2026-11-22 02:27:03.323087');
INSERT INTO "django_migrations" VALUES(312,'wagtaildocs','0005_alter_uploaded_by_user_on_delete_action','2026-11-22 02:27:04.130648');
INSERT INTO "django_migrations" VALUES(313,'wagtaildocs','0007_merge','2026-11-22 02:27:04.141124');
INSERT INTO "django_migrations" VALUES(314,'wagtaildocs','0008_document_file_size','2026-11-22 02:27:04.454780');
INSERT INTO "django_migrations" VALUES(315,'wagtaildocs','0009_document_verbose_name_plural','2026-11-22 02:27:05.522259');
INSERT INTO "django_migrations" VALUES(316,'wagtaildocs','0010_document_file_hash','2026-11-22 02:27:05.790832');
INSERT INTO "django_migrations" VALUES(317,'wagtaildocs','0011_add_choose_permissions','2026-11-22 02:27:07.997357');
INSERT INTO "django_migrations" VALUES(318,'wagtaildocs','0012_uploadeddocument','2026-11-22 02:27:08.610627');
INSERT INTO "django_migrations" VALUES(319,'wagtaildocs','0013_delete_uploadeddocument','2026-11-22 02:27:08.632895');
INSERT INTO "django_migrations" VALUES(320,'wagtaildocs','0014_alter_document_file_size','2026-11-22 02:27:09.990110');
INSERT INTO "django_migrations" VALUES(321,'wagtailembeds','0001_initial','2026-11-22 02:27:10.040248');
INSERT INTO "django_migrations" VALUES(322,'wagtailembeds','0002_add_verbose_names','2026-11-22 02:27:10.066325');
INSERT INTO "django_migrations" VALUES(323,'wagtailembeds','0003_capitalizeverbose','2026-11-22 02:27:10.107743');
INSERT INTO "django_migrations" VALUES(324,'wagtailembeds','0004_embed_verbose_name_plural','2026-11-22 02:27:10.134411');
INSERT INTO "django_migrations" VALUES(325,'wagtailembeds','0005_specify_thumbnail_url_max_length','2026-11-22 02:27:10.184671');
INSERT INTO "django_migrations" VALUES(326,'wagtailembeds','0006_add_embed_hash','2026-11-22 02:27:10.273841');
INSERT INTO "django_migrations" VALUES(327,'wagtailembeds','0007_populate_hash','2026-11-22 02:27:11.039756');
INSERT INTO "django_migrations" VALUES(328,'wagtailembeds','0008_allow_long_urls','2026-11-22 02:27:11.404769');
INSERT INTO "django_migrations" VALUES(329,'wagtailembeds','0009_embed_cache_until','2026-11-22 02:27:11.451972');
INSERT INTO "django_migrations" VALUES(330,'wagtailforms','0001_initial','2026-11-22 02:27:12.071955');
INSERT INTO "django_migrations" VALUES(331,'wagtailforms','0002_add_verbose_names','2026-11-22 02:27:12.188707');
INSERT INTO "django_migrations" VALUES(332,'wagtailforms','0003_capitalizeverbose','2026-11-22 02:27:12.347513');
INSERT INTO "django_migrations" VALUES(333,'wagtailforms','0004_add_verbose_name_plural','2026-11-22 02:27:12.449232');
INSERT INTO "django_migrations" VALUES(334,'wagtailforms','0005_alter_formsubmission_form_data','2026-11-22 02:27:12.578034');
INSERT INTO "django_migrations" VALUES(335,'wagtailimages','0001_initial','2026-11-22 02:27:15.834882');
INSERT INTO "django_migrations" VALUES(336,'wagtailimages','0002_initial_data','2026-11-22 02:27:15.835215');
INSERT INTO "django_migrations" VALUES(337,'wagtailimages','0003_fix_focal_point_fields','2026-11-22 02:27:15.835514');
INSERT INTO "django_migrations" VALUES(338,'wagtailimages','0004_make_focal_point_key_not_nullable','2026-11-22 02:27:15.835732');
INSERT INTO "django_migrations" VALUES(339,'wagtailimages','0005_make_filter_spec_unique','2026-11-22 02:27:15.836854');
INSERT INTO "django_migrations" VALUES(340,'wagtailimages','0006_add_verbose_names','2026-11-22 02:27:15.837010');
INSERT INTO "django_migrations" VALUES(341,'wagtailimages','0007_image_file_size','2026-11-22 02:27:15.837136');
INSERT INTO "django_migrations" VALUES(342,'wagtailimages','0008_image_created_at_index','2026-11-22 02:27:15.837253');
INSERT INTO "django_migrations" VALUES(343,'wagtailimages','0009_capitalizeverbose','2026-11-22 02:27:15.837363');
INSERT INTO "django_migrations" VALUES(344,'wagtailimages','0010_change_on_delete_behaviour','2026-11-22 02:27:15.837480');
INSERT INTO "django_migrations" VALUES(345,'wagtailimages','0011_image_collection','2026-11-22 02:27:15.837589');
INSERT INTO "django_migrations" VALUES(346,'wagtailimages','0012_copy_image_permissions_to_collections','2026-11-22 02:27:15.837697');
INSERT INTO "django_migrations" VALUES(347,'wagtailimages','0013_make_rendition_upload_callable','2026-11-22 02:27:15.837805');
INSERT INTO "django_migrations" VALUES(348,'wagtailimages','0014_add_filter_spec_field','2026-11-22 02:27:15.837911');
INSERT INTO "django_migrations" VALUES(349,'wagtailimages','0015_fill_filter_spec_field','2026-11-22 02:27:15.838014');
INSERT INTO "django_migrations" VALUES(350,'wagtailimages','0016_deprecate_rendition_filter_relation','2026-11-22 02:27:15.838115');
INSERT INTO "django_migrations" VALUES(351,'wagtailimages','0017_reduce_focal_point_key_max_length','2026-11-22 02:27:15.838215');
INSERT INTO "django_migrations" VALUES(352,'wagtailimages','0018_remove_rendition_filter','2026-11-22 02:27:15.838318');
INSERT INTO "django_migrations" VALUES(353,'wagtailimages','0019_delete_filter','2026-11-22 02:27:15.838419');
INSERT INTO "django_migrations" VALUES(354,'wagtailimages','0020_add-verbose-name','2026-11-22 02:27:15.838521');
INSERT INTO "django_migrations" VALUES(355,'wagtailimages','0021_image_file_hash','2026-11-22 02:27:15.838622');
INSERT INTO "django_migrations" VALUES(356,'wagtailimages','0022_uploadedimage','2026-11-22 02:27:17.297131');
INSERT INTO "django_migrations" VALUES(357,'wagtailimages','0023_add_choose_permissions','2026-11-22 02:27:18.875927');
INSERT INTO "django_migrations" VALUES(358,'wagtailimages','0024_index_image_file_hash','2026-11-22 02:27:19.171972');
INSERT INTO "django_migrations" VALUES(359,'wagtailimages','0025_alter_image_file_alter_rendition_file','2026-11-22 02:27:19.642733');
INSERT INTO "django_migrations" VALUES(360,'wagtailimages','0026_delete_uploadedimage','2026-11-22 02:27:19.654288');
INSERT INTO "django_migrations" VALUES(361,'wagtailimages','0027_image_description','2026-11-22 02:27:19.993015');
INSERT INTO "django_migrations" VALUES(362,'wagtailredirects','0001_initial','2026-11-22 02:27:21.696641');
INSERT INTO "django_migrations" VALUES(363,'wagtailredirects','0002_add_verbose_names','2026-11-22 02:27:22.360226');
INSERT INTO "django_migrations" VALUES(364,'wagtailredirects','0003_make_site_field_editable','2026-11-22 02:27:22.839788');
INSERT INTO "django_migrations" VALUES(365,'wagtailredirects','0004_set_unique_on_path_and_site','2026-11-22 02:27:23.046009');
INSERT INTO "django_migrations" VALUES(366,'wagtailredirects','0005_capitalizeverbose','2026-11-22 02:27:25.972672');
INSERT INTO "django_migrations" VALUES(367,'wagtailredirects','0006_redirect_increase_max_length','2026-11-22 02:27:26.086223');
INSERT INTO "django_migrations" VALUES(368,'wagtailredirects','0007_add_autocreate_fields','2026-11-22 02:27:26.425322');
INSERT INTO "django_migrations" VALUES(369,'wagtailredirects','0008_add_verbose_name_plural','2026-11-22 02:27:26.513842');
INSERT INTO "django_migrations" VALUES(370,'wagtailsearch','0001_initial','2026-11-22 02:27:28.023027');
INSERT INTO "django_migrations" VALUES(371,'wagtailsearch','0002_add_verbose_names','2026-11-22 02:27:30.508690');
INSERT INTO "django_migrations" VALUES(372,'wagtailsearch','0003_remove_editors_pick','2026-11-22 02:27:30.510445');
INSERT INTO "django_migrations" VALUES(373,'wagtailsearch','0004_querydailyhits_verbose_name_plural','2026-11-22 02:27:30.548119');
INSERT INTO "django_migrations" VALUES(374,'wagtailsearch','0005_create_indexentry','2026-11-22 02:27:31.623795');
INSERT INTO "django_migrations" VALUES(375,'wagtailsearch','0006_customise_indexentry','2026-11-22 02:27:33.121965');
INSERT INTO "django_migrations" VALUES(376,'wagtailsearch','0007_delete_editorspick','2026-11-22 02:27:33.164203');
INSERT INTO "django_migrations" VALUES(377,'wagtailsearch','0008_remove_query_and_querydailyhits_models','2026-11-22 02:27:33.335729');
INSERT INTO "django_migrations" VALUES(378,'wagtailsearch','0009_remove_ngram_autocomplete','2026-11-22 02:27:33.337163');
INSERT INTO "django_migrations" VALUES(379,'wagtailsearch','0010_add_text_fields','2026-11-22 02:27:33.337935');
INSERT INTO "django_migrations" VALUES(380,'wagtailusers','0001_initial','2026-11-22 02:27:34.230345');
INSERT INTO "django_migrations" VALUES(381,'wagtailusers','0002_add_verbose_name_on_userprofile','2026-11-22 02:27:36.466246');
INSERT INTO "django_migrations" VALUES(382,'wagtailusers','0003_add_verbose_names','2026-11-22 02:27:36.826065');
INSERT INTO "django_migrations" VALUES(383,'wagtailusers','0004_capitalizeverbose','2026-11-22 02:27:37.987543');
INSERT INTO "django_migrations" VALUES(384,'wagtailusers','0005_make_related_name_wagtail_specific','2026-11-22 02:27:38.664283');
INSERT INTO "django_migrations" VALUES(385,'wagtailusers','0006_userprofile_prefered_language','2026-11-22 02:27:39.048910');
INSERT INTO "django_migrations" VALUES(386,'wagtailusers','0007_userprofile_current_time_zone','2026-11-22 02:27:39.442715');
INSERT INTO "django_migrations" VALUES(387,'wagtailusers','0008_userprofile_avatar','2026-11-22 02:27:40.981814');
INSERT INTO "django_migrations" VALUES(388,'wagtailusers','0009_userprofile_verbose_name_plural','2026-11-22 02:27:41.366095');
INSERT INTO "django_migrations" VALUES(389,'wagtailusers','0010_userprofile_updated_comments_notifications','2026-11-22 02:27:41.808473');
INSERT INTO "django_migrations" VALUES(390,'wagtailusers','0011_userprofile_dismissibles','2026-11-22 02:27:42.213994');
INSERT INTO "django_migrations" VALUES(391,'wagtailusers','0012_userprofile_theme','2026-11-22 02:27:42.624735');
INSERT INTO "django_migrations" VALUES(392,'wagtailusers','0013_userprofile_density','2026-11-22 02:27:43.083443');
INSERT INTO "django_migrations" VALUES(393,'wagtailusers','0014_userprofile_contrast','2026-11-22 02:27:43.502561');
INSERT INTO "django_migrations" VALUES(394,'wagtailusers','0015_userprofile_keyboard_shortcuts','2026-11-22 02:27:43.931675');
INSERT INTO "django_migrations" VALUES(395,'wishlists','0001_initial','2026-11-22 02:27:48.372290');
INSERT INTO "django_migrations" VALUES(396,'wishlists','0002_auto_20160111_1108','2026-11-22 02:27:48.573356');
INSERT INTO "django_migrations" VALUES(397,'wishlists','0003_auto_20181115_1953','2026-11-22 02:27:48.881660');
INSERT INTO "django_migrations" VALUES(398,'wishlists','0004_auto_20220328_0939','2026-11-22 02:27:49.677838');
INSERT INTO "django_migrations" VALUES(399,'basket','0010_convert_to_valid_json','2026-11-22 02:27:49.682636');
INSERT INTO "django_migrations" VALUES(400,'order','0012_convert_to_valid_json','2026-11-22 02:27:49.683095');
INSERT INTO "django_migrations" VALUES(401,'order','0009_surcharge','2026-11-22 02:27:49.695519');
INSERT INTO "django_migrations" VALUES(402,'wagtailimages','0001_squashed_0021','2026-11-22 02:27:49.696022');
INSERT INTO "django_migrations" VALUES(403,'wagtailcore','0001_squashed_0016_change_page_url_path_to_text_field','2026-11-22 02:27:49.696260');
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
INSERT INTO "django_content_type" VALUES(1,'wagtailcore','page');
INSERT INTO "django_content_type" VALUES(2,'wagtailcore','groupapprovaltask');
INSERT INTO "django_content_type" VALUES(3,'wagtailcore','locale');
INSERT INTO "django_content_type" VALUES(4,'wagtailcore','site');
INSERT INTO "django_content_type" VALUES(5,'wagtailcore','groupsitepermission');
INSERT INTO "django_content_type" VALUES(6,'wagtailcore','apitoken');
INSERT INTO "django_content_type" VALUES(7,'wagtailcore','modellogentry');
INSERT INTO "django_content_type" VALUES(8,'wagtailcore','revision');
INSERT INTO "django_content_type" VALUES(9,'wagtailcore','collectionviewrestriction');
INSERT INTO "django_content_type" VALUES(10,'wagtailcore','collection');
INSERT INTO "django_content_type" VALUES(11,'wagtailcore','groupcollectionpermission');
INSERT INTO "django_content_type" VALUES(12,'wagtailcore','uploadedfile');
INSERT INTO "django_content_type" VALUES(13,'wagtailcore','workflowcontenttype');
INSERT INTO "django_content_type" VALUES(14,'wagtailcore','workflowstate');
INSERT INTO "django_content_type" VALUES(15,'wagtailcore','workflow');
INSERT INTO "django_content_type" VALUES(16,'wagtailcore','workflowtask');
INSERT INTO "django_content_type" VALUES(17,'wagtailcore','task');
INSERT INTO "django_content_type" VALUES(18,'wagtailcore','taskstate');
INSERT INTO "django_content_type" VALUES(19,'wagtailcore','grouppagepermission');
INSERT INTO "django_content_type" VALUES(20,'wagtailcore','pageviewrestriction');
INSERT INTO "django_content_type" VALUES(21,'wagtailcore','workflowpage');
INSERT INTO "django_content_type" VALUES(22,'wagtailcore','pagelogentry');
INSERT INTO "django_content_type" VALUES(23,'wagtailcore','comment');
INSERT INTO "django_content_type" VALUES(24,'wagtailcore','commentreply');
INSERT INTO "django_content_type" VALUES(25,'wagtailcore','pagesubscription');
INSERT INTO "django_content_type" VALUES(26,'wagtailcore','referenceindex');
INSERT INTO "django_content_type" VALUES(27,'wagtailadmin','admin');
INSERT INTO "django_content_type" VALUES(28,'wagtaildocs','document');
INSERT INTO "django_content_type" VALUES(29,'wagtailimages','image');
INSERT INTO "django_content_type" VALUES(30,'shopflow_core','auditentry');
INSERT INTO "django_content_type" VALUES(31,'shopflow_core','clockshift');
INSERT INTO "django_content_type" VALUES(32,'shopflow_core','numbersequence');
INSERT INTO "django_content_type" VALUES(33,'shopflow_core','outboxdelivery');
INSERT INTO "django_content_type" VALUES(34,'shopflow_core','outboxevent');
INSERT INTO "django_content_type" VALUES(35,'shopflow_core','seller');
INSERT INTO "django_content_type" VALUES(36,'shopflow_core','workerheartbeat');
INSERT INTO "django_content_type" VALUES(37,'shopflow_mailing','mailsettings');
INSERT INTO "django_content_type" VALUES(38,'shopflow_mailing','message');
INSERT INTO "django_content_type" VALUES(39,'shopflow_mailing','suppression');
INSERT INTO "django_content_type" VALUES(40,'shopflow_tax','taxsettings');
INSERT INTO "django_content_type" VALUES(41,'shopflow_tax','producttax');
INSERT INTO "django_content_type" VALUES(42,'shopflow_tax','vatrate');
INSERT INTO "django_content_type" VALUES(43,'shopflow_audience','consent');
INSERT INTO "django_content_type" VALUES(44,'shopflow_audience','consententry');
INSERT INTO "django_content_type" VALUES(45,'shopflow_audience','contact');
INSERT INTO "django_content_type" VALUES(46,'shopflow_audience','consentrequest');
INSERT INTO "django_content_type" VALUES(47,'shopflow_ordering','basketactivity');
INSERT INTO "django_content_type" VALUES(48,'shopflow_ordering','orderattempt');
INSERT INTO "django_content_type" VALUES(49,'shopflow_ordering','stockreservation');
INSERT INTO "django_content_type" VALUES(50,'shopflow_ordering','orderagreement');
INSERT INTO "django_content_type" VALUES(51,'shopflow_payments','gatewaypayment');
INSERT INTO "django_content_type" VALUES(52,'shopflow_payments','bankaccount');
INSERT INTO "django_content_type" VALUES(53,'shopflow_payments','approvedbusiness');
INSERT INTO "django_content_type" VALUES(54,'shopflow_payments','gatewayrefund');
INSERT INTO "django_content_type" VALUES(55,'shopflow_documents','documentsettings');
INSERT INTO "django_content_type" VALUES(56,'shopflow_documents','document');
INSERT INTO "django_content_type" VALUES(57,'shopflow_delivery','digitalgood');
INSERT INTO "django_content_type" VALUES(58,'shopflow_delivery','digitalfile');
INSERT INTO "django_content_type" VALUES(59,'shopflow_delivery','accessgrant');
INSERT INTO "django_content_type" VALUES(60,'shopflow_delivery','downloadevent');
INSERT INTO "django_content_type" VALUES(61,'shopflow_delivery','lesson');
INSERT INTO "django_content_type" VALUES(62,'shopflow_delivery','lessonprogress');
INSERT INTO "django_content_type" VALUES(63,'shopflow_delivery','licencepool');
INSERT INTO "django_content_type" VALUES(64,'shopflow_delivery','licencekey');
INSERT INTO "django_content_type" VALUES(65,'shopflow_legal','homepage');
INSERT INTO "django_content_type" VALUES(66,'shopflow_legal','legalpage');
INSERT INTO "django_content_type" VALUES(67,'shopflow_legal','legaltextversion');
INSERT INTO "django_content_type" VALUES(68,'shopflow_legal','legaltextfile');
INSERT INTO "django_content_type" VALUES(69,'shopflow_legal','withdrawaldeclaration');
INSERT INTO "django_content_type" VALUES(70,'shopflow_legal','withdrawalhandling');
INSERT INTO "django_content_type" VALUES(71,'shopflow_legal','orderlegaltext');
INSERT INTO "django_content_type" VALUES(72,'shopflow_privacy','answeredrequest');
INSERT INTO "django_content_type" VALUES(73,'shopflow_parts','brand');
INSERT INTO "django_content_type" VALUES(74,'shopflow_parts','partrecord');
INSERT INTO "django_content_type" VALUES(75,'shopflow_parts','partfitment');
INSERT INTO "django_content_type" VALUES(76,'shopflow_parts','partreference');
INSERT INTO "django_content_type" VALUES(77,'shopflow_parts','partsuccession');
INSERT INTO "django_content_type" VALUES(78,'shopflow_parts','pricehistory');
INSERT INTO "django_content_type" VALUES(79,'shopflow_parts','currentpart');
INSERT INTO "django_content_type" VALUES(80,'shopflow_parts','garagevehicle');
INSERT INTO "django_content_type" VALUES(81,'shopflow_parts','goodscategory');
INSERT INTO "django_content_type" VALUES(82,'shopflow_parts','manufacturer');
INSERT INTO "django_content_type" VALUES(83,'shopflow_parts','partdocument');
INSERT INTO "django_content_type" VALUES(84,'shopflow_parts','partrelation');
INSERT INTO "django_content_type" VALUES(85,'shopflow_parts','partvinpattern');
INSERT INTO "django_content_type" VALUES(86,'shopflow_parts','publishingblock');
INSERT INTO "django_content_type" VALUES(87,'shopflow_parts','publishingdemand');
INSERT INTO "django_content_type" VALUES(88,'shopflow_parts','vehiclemaker');
INSERT INTO "django_content_type" VALUES(89,'shopflow_parts','vehicletype');
INSERT INTO "django_content_type" VALUES(90,'shopflow_automations','flow');
INSERT INTO "django_content_type" VALUES(91,'shopflow_automations','flowversion');
INSERT INTO "django_content_type" VALUES(92,'shopflow_automations','run');
INSERT INTO "django_content_type" VALUES(93,'shopflow_automations','decision');
INSERT INTO "django_content_type" VALUES(94,'shopflow_automations','runkey');
INSERT INTO "django_content_type" VALUES(95,'shopflow_automations','runstep');
INSERT INTO "django_content_type" VALUES(96,'shopflow_storefront','searchdocument');
INSERT INTO "django_content_type" VALUES(97,'shopflow_storefront','searchword');
INSERT INTO "django_content_type" VALUES(98,'shopflow_storefront','listingentry');
INSERT INTO "django_content_type" VALUES(99,'shopflow_storefront','searchnumber');
INSERT INTO "django_content_type" VALUES(100,'shopflow_storefront','refreshrequest');
INSERT INTO "django_content_type" VALUES(101,'dealer_import','importrun');
INSERT INTO "django_content_type" VALUES(102,'dealer_import','importfinding');
INSERT INTO "django_content_type" VALUES(103,'dealer_import','storedprofile');
INSERT INTO "django_content_type" VALUES(104,'dealer_import','importorigin');
INSERT INTO "django_content_type" VALUES(105,'dealer_import','profiledraft');
INSERT INTO "django_content_type" VALUES(106,'dealer_import','receivedfile');
INSERT INTO "django_content_type" VALUES(107,'dealer_import','profileversion');
INSERT INTO "django_content_type" VALUES(108,'dealer_import','parallelrun');
INSERT INTO "django_content_type" VALUES(109,'dealer_import','undoentry');
INSERT INTO "django_content_type" VALUES(110,'dealer_import','fieldowner');
INSERT INTO "django_content_type" VALUES(111,'dealer_import','scheduledprice');
INSERT INTO "django_content_type" VALUES(112,'dealer_import','feedsettings');
INSERT INTO "django_content_type" VALUES(113,'dealer_import','supplier');
INSERT INTO "django_content_type" VALUES(114,'dealer_import','supplierorder');
INSERT INTO "django_content_type" VALUES(115,'shopflow_users','user');
INSERT INTO "django_content_type" VALUES(116,'shopflow_demo','loadedstep');
INSERT INTO "django_content_type" VALUES(117,'admin','logentry');
INSERT INTO "django_content_type" VALUES(118,'auth','permission');
INSERT INTO "django_content_type" VALUES(119,'auth','group');
INSERT INTO "django_content_type" VALUES(120,'contenttypes','contenttype');
INSERT INTO "django_content_type" VALUES(121,'sessions','session');
INSERT INTO "django_content_type" VALUES(122,'sites','site');
INSERT INTO "django_content_type" VALUES(123,'flatpages','flatpage');
INSERT INTO "django_content_type" VALUES(124,'analytics','productrecord');
INSERT INTO "django_content_type" VALUES(125,'analytics','userproductview');
INSERT INTO "django_content_type" VALUES(126,'analytics','userrecord');
INSERT INTO "django_content_type" VALUES(127,'analytics','usersearch');
INSERT INTO "django_content_type" VALUES(128,'address','country');
INSERT INTO "django_content_type" VALUES(129,'address','useraddress');
INSERT INTO "django_content_type" VALUES(130,'shipping','orderanditemcharges');
INSERT INTO "django_content_type" VALUES(131,'shipping','weightband');
INSERT INTO "django_content_type" VALUES(132,'shipping','weightbased');
INSERT INTO "django_content_type" VALUES(133,'shipping','shippingrate');
INSERT INTO "django_content_type" VALUES(134,'catalogue','attributeoption');
INSERT INTO "django_content_type" VALUES(135,'catalogue','attributeoptiongroup');
INSERT INTO "django_content_type" VALUES(136,'catalogue','category');
INSERT INTO "django_content_type" VALUES(137,'catalogue','option');
INSERT INTO "django_content_type" VALUES(138,'catalogue','product');
INSERT INTO "django_content_type" VALUES(139,'catalogue','productattribute');
INSERT INTO "django_content_type" VALUES(140,'catalogue','productattributevalue');
INSERT INTO "django_content_type" VALUES(141,'catalogue','productcategory');
INSERT INTO "django_content_type" VALUES(142,'catalogue','productclass');
INSERT INTO "django_content_type" VALUES(143,'catalogue','productimage');
INSERT INTO "django_content_type" VALUES(144,'catalogue','productrecommendation');
INSERT INTO "django_content_type" VALUES(145,'catalogue','productcategoryhierarchy');
INSERT INTO "django_content_type" VALUES(146,'reviews','productreview');
INSERT INTO "django_content_type" VALUES(147,'reviews','vote');
INSERT INTO "django_content_type" VALUES(148,'communication','communicationeventtype');
INSERT INTO "django_content_type" VALUES(149,'communication','email');
INSERT INTO "django_content_type" VALUES(150,'communication','notification');
INSERT INTO "django_content_type" VALUES(151,'partner','partner');
INSERT INTO "django_content_type" VALUES(152,'partner','partneraddress');
INSERT INTO "django_content_type" VALUES(153,'partner','stockalert');
INSERT INTO "django_content_type" VALUES(154,'partner','stockrecord');
INSERT INTO "django_content_type" VALUES(155,'basket','basket');
INSERT INTO "django_content_type" VALUES(156,'basket','line');
INSERT INTO "django_content_type" VALUES(157,'basket','lineattribute');
INSERT INTO "django_content_type" VALUES(158,'payment','bankcard');
INSERT INTO "django_content_type" VALUES(159,'payment','source');
INSERT INTO "django_content_type" VALUES(160,'payment','sourcetype');
INSERT INTO "django_content_type" VALUES(161,'payment','transaction');
INSERT INTO "django_content_type" VALUES(162,'offer','benefit');
INSERT INTO "django_content_type" VALUES(163,'offer','condition');
INSERT INTO "django_content_type" VALUES(164,'offer','conditionaloffer');
INSERT INTO "django_content_type" VALUES(165,'offer','range');
INSERT INTO "django_content_type" VALUES(166,'offer','rangeproduct');
INSERT INTO "django_content_type" VALUES(167,'offer','rangeproductfileupload');
INSERT INTO "django_content_type" VALUES(168,'offer','absolutediscountbenefit');
INSERT INTO "django_content_type" VALUES(169,'offer','countcondition');
INSERT INTO "django_content_type" VALUES(170,'offer','coveragecondition');
INSERT INTO "django_content_type" VALUES(171,'offer','fixedpricebenefit');
INSERT INTO "django_content_type" VALUES(172,'offer','multibuydiscountbenefit');
INSERT INTO "django_content_type" VALUES(173,'offer','percentagediscountbenefit');
INSERT INTO "django_content_type" VALUES(174,'offer','shippingbenefit');
INSERT INTO "django_content_type" VALUES(175,'offer','shippingabsolutediscountbenefit');
INSERT INTO "django_content_type" VALUES(176,'offer','shippingfixedpricebenefit');
INSERT INTO "django_content_type" VALUES(177,'offer','shippingpercentagediscountbenefit');
INSERT INTO "django_content_type" VALUES(178,'offer','valuecondition');
INSERT INTO "django_content_type" VALUES(179,'offer','fixedunitdiscountbenefit');
INSERT INTO "django_content_type" VALUES(180,'order','billingaddress');
INSERT INTO "django_content_type" VALUES(181,'order','communicationevent');
INSERT INTO "django_content_type" VALUES(182,'order','line');
INSERT INTO "django_content_type" VALUES(183,'order','lineattribute');
INSERT INTO "django_content_type" VALUES(184,'order','lineprice');
INSERT INTO "django_content_type" VALUES(185,'order','order');
INSERT INTO "django_content_type" VALUES(186,'order','orderdiscount');
INSERT INTO "django_content_type" VALUES(187,'order','ordernote');
INSERT INTO "django_content_type" VALUES(188,'order','paymentevent');
INSERT INTO "django_content_type" VALUES(189,'order','paymenteventquantity');
INSERT INTO "django_content_type" VALUES(190,'order','paymenteventtype');
INSERT INTO "django_content_type" VALUES(191,'order','shippingaddress');
INSERT INTO "django_content_type" VALUES(192,'order','shippingevent');
INSERT INTO "django_content_type" VALUES(193,'order','shippingeventquantity');
INSERT INTO "django_content_type" VALUES(194,'order','shippingeventtype');
INSERT INTO "django_content_type" VALUES(195,'order','orderstatuschange');
INSERT INTO "django_content_type" VALUES(196,'order','surcharge');
INSERT INTO "django_content_type" VALUES(197,'order','orderlinediscount');
INSERT INTO "django_content_type" VALUES(198,'customer','productalert');
INSERT INTO "django_content_type" VALUES(199,'voucher','voucher');
INSERT INTO "django_content_type" VALUES(200,'voucher','voucherapplication');
INSERT INTO "django_content_type" VALUES(201,'voucher','voucherset');
INSERT INTO "django_content_type" VALUES(202,'wishlists','line');
INSERT INTO "django_content_type" VALUES(203,'wishlists','wishlist');
INSERT INTO "django_content_type" VALUES(204,'wishlists','wishlistsharedemail');
INSERT INTO "django_content_type" VALUES(205,'thumbnail','kvstore');
INSERT INTO "django_content_type" VALUES(206,'axes','accessattempt');
INSERT INTO "django_content_type" VALUES(207,'axes','accesslog');
INSERT INTO "django_content_type" VALUES(208,'axes','accessfailurelog');
INSERT INTO "django_content_type" VALUES(209,'axes','accessattemptexpiration');
INSERT INTO "django_content_type" VALUES(210,'wagtailforms','formsubmission');
INSERT INTO "django_content_type" VALUES(211,'wagtailredirects','redirect');
INSERT INTO "django_content_type" VALUES(212,'wagtailembeds','embed');
INSERT INTO "django_content_type" VALUES(213,'wagtailusers','userprofile');
INSERT INTO "django_content_type" VALUES(214,'wagtailimages','rendition');
INSERT INTO "django_content_type" VALUES(215,'wagtailsearch','indexentry');
INSERT INTO "django_content_type" VALUES(216,'wagtailsearch','sqliteftsindexentry');
INSERT INTO "django_content_type" VALUES(217,'wagtailadmin','editingsession');
INSERT INTO "django_content_type" VALUES(218,'wagtailadmin','formstate');
INSERT INTO "django_content_type" VALUES(219,'taggit','tag');
INSERT INTO "django_content_type" VALUES(220,'taggit','taggeditem');
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "auth_group_permissions" VALUES(1,3,109);
INSERT INTO "auth_group_permissions" VALUES(2,2,109);
INSERT INTO "auth_group_permissions" VALUES(3,3,112);
INSERT INTO "auth_group_permissions" VALUES(4,3,110);
INSERT INTO "auth_group_permissions" VALUES(5,3,111);
INSERT INTO "auth_group_permissions" VALUES(6,2,112);
INSERT INTO "auth_group_permissions" VALUES(7,2,110);
INSERT INTO "auth_group_permissions" VALUES(8,2,111);
INSERT INTO "auth_group_permissions" VALUES(9,3,113);
INSERT INTO "auth_group_permissions" VALUES(10,2,113);
INSERT INTO "auth_group_permissions" VALUES(11,3,114);
INSERT INTO "auth_group_permissions" VALUES(12,3,115);
INSERT INTO "auth_group_permissions" VALUES(13,3,116);
INSERT INTO "auth_group_permissions" VALUES(14,2,114);
INSERT INTO "auth_group_permissions" VALUES(15,2,115);
INSERT INTO "auth_group_permissions" VALUES(16,2,116);
INSERT INTO "auth_group_permissions" VALUES(17,3,117);
INSERT INTO "auth_group_permissions" VALUES(18,2,117);
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
INSERT INTO "auth_permission" VALUES(1,3,'add_locale','Can add locale');
INSERT INTO "auth_permission" VALUES(2,3,'change_locale','Can change locale');
INSERT INTO "auth_permission" VALUES(3,3,'delete_locale','Can delete locale');
INSERT INTO "auth_permission" VALUES(4,3,'view_locale','Can view locale');
INSERT INTO "auth_permission" VALUES(5,4,'add_site','Can add site');
INSERT INTO "auth_permission" VALUES(6,4,'change_site','Can change site');
INSERT INTO "auth_permission" VALUES(7,4,'delete_site','Can delete site');
INSERT INTO "auth_permission" VALUES(8,4,'view_site','Can view site');
INSERT INTO "auth_permission" VALUES(9,5,'add_groupsitepermission','Can add group site permission');
INSERT INTO "auth_permission" VALUES(10,5,'change_groupsitepermission','Can change group site permission');
INSERT INTO "auth_permission" VALUES(11,5,'delete_groupsitepermission','Can delete group site permission');
INSERT INTO "auth_permission" VALUES(12,5,'view_groupsitepermission','Can view group site permission');
INSERT INTO "auth_permission" VALUES(13,6,'add_apitoken','Can add API token');
INSERT INTO "auth_permission" VALUES(14,6,'change_apitoken','Can change API token');
INSERT INTO "auth_permission" VALUES(15,6,'delete_apitoken','Can delete API token');
INSERT INTO "auth_permission" VALUES(16,6,'view_apitoken','Can view API token');
INSERT INTO "auth_permission" VALUES(17,7,'add_modellogentry','Can add model log entry');
INSERT INTO "auth_permission" VALUES(18,7,'change_modellogentry','Can change model log entry');
INSERT INTO "auth_permission" VALUES(19,7,'delete_modellogentry','Can delete model log entry');
INSERT INTO "auth_permission" VALUES(20,7,'view_modellogentry','Can view model log entry');
INSERT INTO "auth_permission" VALUES(21,8,'add_revision','Can add revision');
INSERT INTO "auth_permission" VALUES(22,8,'change_revision','Can change revision');
INSERT INTO "auth_permission" VALUES(23,8,'delete_revision','Can delete revision');
INSERT INTO "auth_permission" VALUES(24,8,'view_revision','Can view revision');
INSERT INTO "auth_permission" VALUES(25,9,'add_collectionviewrestriction','Can add collection view restriction');
INSERT INTO "auth_permission" VALUES(26,9,'change_collectionviewrestriction','Can change collection view restriction');
INSERT INTO "auth_permission" VALUES(27,9,'delete_collectionviewrestriction','Can delete collection view restriction');
INSERT INTO "auth_permission" VALUES(28,9,'view_collectionviewrestriction','Can view collection view restriction');
INSERT INTO "auth_permission" VALUES(29,10,'add_collection','Can add collection');
INSERT INTO "auth_permission" VALUES(30,10,'change_collection','Can change collection');
INSERT INTO "auth_permission" VALUES(31,10,'delete_collection','Can delete collection');
INSERT INTO "auth_permission" VALUES(32,10,'view_collection','Can view collection');
INSERT INTO "auth_permission" VALUES(33,11,'add_groupcollectionpermission','Can add group collection permission');
INSERT INTO "auth_permission" VALUES(34,11,'change_groupcollectionpermission','Can change group collection permission');
INSERT INTO "auth_permission" VALUES(35,11,'delete_groupcollectionpermission','Can delete group collection permission');
INSERT INTO "auth_permission" VALUES(36,11,'view_groupcollectionpermission','Can view group collection permission');
INSERT INTO "auth_permission" VALUES(37,12,'add_uploadedfile','Can add uploaded file');
INSERT INTO "auth_permission" VALUES(38,12,'change_uploadedfile','Can change uploaded file');
INSERT INTO "auth_permission" VALUES(39,12,'delete_uploadedfile','Can delete uploaded file');
INSERT INTO "auth_permission" VALUES(40,12,'view_uploadedfile','Can view uploaded file');
INSERT INTO "auth_permission" VALUES(41,13,'add_workflowcontenttype','Can add workflow content type');
INSERT INTO "auth_permission" VALUES(42,13,'change_workflowcontenttype','Can change workflow content type');
INSERT INTO "auth_permission" VALUES(43,13,'delete_workflowcontenttype','Can delete workflow content type');
INSERT INTO "auth_permission" VALUES(44,13,'view_workflowcontenttype','Can view workflow content type');
INSERT INTO "auth_permission" VALUES(45,14,'add_workflowstate','Can add Workflow state');
INSERT INTO "auth_permission" VALUES(46,14,'change_workflowstate','Can change Workflow state');
INSERT INTO "auth_permission" VALUES(47,14,'delete_workflowstate','Can delete Workflow state');
INSERT INTO "auth_permission" VALUES(48,14,'view_workflowstate','Can view Workflow state');
INSERT INTO "auth_permission" VALUES(49,15,'add_workflow','Can add workflow');
INSERT INTO "auth_permission" VALUES(50,15,'change_workflow','Can change workflow');
INSERT INTO "auth_permission" VALUES(51,15,'delete_workflow','Can delete workflow');
INSERT INTO "auth_permission" VALUES(52,15,'view_workflow','Can view workflow');
INSERT INTO "auth_permission" VALUES(53,16,'add_workflowtask','Can add workflow task order');
INSERT INTO "auth_permission" VALUES(54,16,'change_workflowtask','Can change workflow task order');
INSERT INTO "auth_permission" VALUES(55,16,'delete_workflowtask','Can delete workflow task order');
INSERT INTO "auth_permission" VALUES(56,16,'view_workflowtask','Can view workflow task order');
INSERT INTO "auth_permission" VALUES(57,17,'add_task','Can add task');
INSERT INTO "auth_permission" VALUES(58,17,'change_task','Can change task');
INSERT INTO "auth_permission" VALUES(59,17,'delete_task','Can delete task');
INSERT INTO "auth_permission" VALUES(60,17,'view_task','Can view task');
INSERT INTO "auth_permission" VALUES(61,2,'add_groupapprovaltask','Can add Group approval task');
INSERT INTO "auth_permission" VALUES(62,2,'change_groupapprovaltask','Can change Group approval task');
INSERT INTO "auth_permission" VALUES(63,2,'delete_groupapprovaltask','Can delete Group approval task');
INSERT INTO "auth_permission" VALUES(64,2,'view_groupapprovaltask','Can view Group approval task');
INSERT INTO "auth_permission" VALUES(65,18,'add_taskstate','Can add Task state');
INSERT INTO "auth_permission" VALUES(66,18,'change_taskstate','Can change Task state');
INSERT INTO "auth_permission" VALUES(67,18,'delete_taskstate','Can delete Task state');
INSERT INTO "auth_permission" VALUES(68,18,'view_taskstate','Can view Task state');
INSERT INTO "auth_permission" VALUES(69,1,'add_page','Can add page');
INSERT INTO "auth_permission" VALUES(70,1,'change_page','Can change page');
INSERT INTO "auth_permission" VALUES(71,1,'delete_page','Can delete page');
INSERT INTO "auth_permission" VALUES(72,1,'view_page','Can view page');
INSERT INTO "auth_permission" VALUES(73,1,'bulk_delete_page','Delete pages with children');
INSERT INTO "auth_permission" VALUES(74,1,'lock_page','Lock/unlock pages you''ve locked');
INSERT INTO "auth_permission" VALUES(75,1,'publish_page','Publish any page');
INSERT INTO "auth_permission" VALUES(76,1,'unlock_page','Unlock any page');
INSERT INTO "auth_permission" VALUES(77,19,'add_grouppagepermission','Can add group page permission');
INSERT INTO "auth_permission" VALUES(78,19,'change_grouppagepermission','Can change group page permission');
INSERT INTO "auth_permission" VALUES(79,19,'delete_grouppagepermission','Can delete group page permission');
INSERT INTO "auth_permission" VALUES(80,19,'view_grouppagepermission','Can view group page permission');
INSERT INTO "auth_permission" VALUES(81,20,'add_pageviewrestriction','Can add page view restriction');
INSERT INTO "auth_permission" VALUES(82,20,'change_pageviewrestriction','Can change page view restriction');
INSERT INTO "auth_permission" VALUES(83,20,'delete_pageviewrestriction','Can delete page view restriction');
INSERT INTO "auth_permission" VALUES(84,20,'view_pageviewrestriction','Can view page view restriction');
INSERT INTO "auth_permission" VALUES(85,21,'add_workflowpage','Can add workflow page');
INSERT INTO "auth_permission" VALUES(86,21,'change_workflowpage','Can change workflow page');
INSERT INTO "auth_permission" VALUES(87,21,'delete_workflowpage','Can delete workflow page');
INSERT INTO "auth_permission" VALUES(88,21,'view_workflowpage','Can view workflow page');
INSERT INTO "auth_permission" VALUES(89,22,'add_pagelogentry','Can add page log entry');
INSERT INTO "auth_permission" VALUES(90,22,'change_pagelogentry','Can change page log entry');
INSERT INTO "auth_permission" VALUES(91,22,'delete_pagelogentry','Can delete page log entry');
INSERT INTO "auth_permission" VALUES(92,22,'view_pagelogentry','Can view page log entry');
INSERT INTO "auth_permission" VALUES(93,23,'add_comment','Can add comment');
INSERT INTO "auth_permission" VALUES(94,23,'change_comment','Can change comment');
INSERT INTO "auth_permission" VALUES(95,23,'delete_comment','Can delete comment');
INSERT INTO "auth_permission" VALUES(96,23,'view_comment','Can view comment');
INSERT INTO "auth_permission" VALUES(97,24,'add_commentreply','Can add comment reply');
INSERT INTO "auth_permission" VALUES(98,24,'change_commentreply','Can change comment reply');
INSERT INTO "auth_permission" VALUES(99,24,'delete_commentreply','Can delete comment reply');
INSERT INTO "auth_permission" VALUES(100,24,'view_commentreply','Can view comment reply');
INSERT INTO "auth_permission" VALUES(101,25,'add_pagesubscription','Can add page subscription');
INSERT INTO "auth_permission" VALUES(102,25,'change_pagesubscription','Can change page subscription');
INSERT INTO "auth_permission" VALUES(103,25,'delete_pagesubscription','Can delete page subscription');
INSERT INTO "auth_permission" VALUES(104,25,'view_pagesubscription','Can view page subscription');
INSERT INTO "auth_permission" VALUES(105,26,'add_referenceindex','Can add reference index');
INSERT INTO "auth_permission" VALUES(106,26,'change_referenceindex','Can change reference index');
INSERT INTO "auth_permission" VALUES(107,26,'delete_referenceindex','Can delete reference index');
INSERT INTO "auth_permission" VALUES(108,26,'view_referenceindex','Can view reference index');
INSERT INTO "auth_permission" VALUES(109,27,'access_admin','Can access Wagtail admin');
INSERT INTO "auth_permission" VALUES(110,28,'add_document','Can add document');
INSERT INTO "auth_permission" VALUES(111,28,'change_document','Can change document');
INSERT INTO "auth_permission" VALUES(112,28,'delete_document','Can delete document');
INSERT INTO "auth_permission" VALUES(113,28,'choose_document','Can choose document');
INSERT INTO "auth_permission" VALUES(114,29,'add_image','Can add image');
INSERT INTO "auth_permission" VALUES(115,29,'change_image','Can change image');
INSERT INTO "auth_permission" VALUES(116,29,'delete_image','Can delete image');
INSERT INTO "auth_permission" VALUES(117,29,'choose_image','Can choose image');
INSERT INTO "auth_permission" VALUES(118,30,'add_auditentry','Can add audit entry');
INSERT INTO "auth_permission" VALUES(119,30,'change_auditentry','Can change audit entry');
INSERT INTO "auth_permission" VALUES(120,30,'delete_auditentry','Can delete audit entry');
INSERT INTO "auth_permission" VALUES(121,30,'view_auditentry','Can view audit entry');
INSERT INTO "auth_permission" VALUES(122,31,'add_clockshift','Can add clock shift');
INSERT INTO "auth_permission" VALUES(123,31,'change_clockshift','Can change clock shift');
INSERT INTO "auth_permission" VALUES(124,31,'delete_clockshift','Can delete clock shift');
INSERT INTO "auth_permission" VALUES(125,31,'view_clockshift','Can view clock shift');
INSERT INTO "auth_permission" VALUES(126,32,'add_numbersequence','Can add number sequence');
INSERT INTO "auth_permission" VALUES(127,32,'change_numbersequence','Can change number sequence');
INSERT INTO "auth_permission" VALUES(128,32,'delete_numbersequence','Can delete number sequence');
INSERT INTO "auth_permission" VALUES(129,32,'view_numbersequence','Can view number sequence');
INSERT INTO "auth_permission" VALUES(130,33,'add_outboxdelivery','Can add delivery of an event');
INSERT INTO "auth_permission" VALUES(131,33,'change_outboxdelivery','Can change delivery of an event');
INSERT INTO "auth_permission" VALUES(132,33,'delete_outboxdelivery','Can delete delivery of an event');
INSERT INTO "auth_permission" VALUES(133,33,'view_outboxdelivery','Can view delivery of an event');
INSERT INTO "auth_permission" VALUES(134,34,'add_outboxevent','Can add event');
INSERT INTO "auth_permission" VALUES(135,34,'change_outboxevent','Can change event');
INSERT INTO "auth_permission" VALUES(136,34,'delete_outboxevent','Can delete event');
INSERT INTO "auth_permission" VALUES(137,34,'view_outboxevent','Can view event');
INSERT INTO "auth_permission" VALUES(138,35,'add_seller','Can add seller');
INSERT INTO "auth_permission" VALUES(139,35,'change_seller','Can change seller');
INSERT INTO "auth_permission" VALUES(140,35,'delete_seller','Can delete seller');
INSERT INTO "auth_permission" VALUES(141,35,'view_seller','Can view seller');
INSERT INTO "auth_permission" VALUES(142,36,'add_workerheartbeat','Can add worker heartbeat');
INSERT INTO "auth_permission" VALUES(143,36,'change_workerheartbeat','Can change worker heartbeat');
INSERT INTO "auth_permission" VALUES(144,36,'delete_workerheartbeat','Can delete worker heartbeat');
INSERT INTO "auth_permission" VALUES(145,36,'view_workerheartbeat','Can view worker heartbeat');
INSERT INTO "auth_permission" VALUES(146,37,'add_mailsettings','Can add mail settings');
INSERT INTO "auth_permission" VALUES(147,37,'change_mailsettings','Can change mail settings');
INSERT INTO "auth_permission" VALUES(148,37,'delete_mailsettings','Can delete mail settings');
INSERT INTO "auth_permission" VALUES(149,37,'view_mailsettings','Can view mail settings');
INSERT INTO "auth_permission" VALUES(150,38,'add_message','Can add message');
INSERT INTO "auth_permission" VALUES(151,38,'change_message','Can change message');
INSERT INTO "auth_permission" VALUES(152,38,'delete_message','Can delete message');
INSERT INTO "auth_permission" VALUES(153,38,'view_message','Can view message');
INSERT INTO "auth_permission" VALUES(154,39,'add_suppression','Can add suppression');
INSERT INTO "auth_permission" VALUES(155,39,'change_suppression','Can change suppression');
INSERT INTO "auth_permission" VALUES(156,39,'delete_suppression','Can delete suppression');
INSERT INTO "auth_permission" VALUES(157,39,'view_suppression','Can view suppression');
INSERT INTO "auth_permission" VALUES(158,40,'add_taxsettings','Can add tax settings');
INSERT INTO "auth_permission" VALUES(159,40,'change_taxsettings','Can change tax settings');
INSERT INTO "auth_permission" VALUES(160,40,'delete_taxsettings','Can delete tax settings');
INSERT INTO "auth_permission" VALUES(161,40,'view_taxsettings','Can view tax settings');
INSERT INTO "auth_permission" VALUES(162,41,'add_producttax','Can add tax class of a product');
INSERT INTO "auth_permission" VALUES(163,41,'change_producttax','Can change tax class of a product');
INSERT INTO "auth_permission" VALUES(164,41,'delete_producttax','Can delete tax class of a product');
INSERT INTO "auth_permission" VALUES(165,41,'view_producttax','Can view tax class of a product');
INSERT INTO "auth_permission" VALUES(166,42,'add_vatrate','Can add VAT rate');
INSERT INTO "auth_permission" VALUES(167,42,'change_vatrate','Can change VAT rate');
INSERT INTO "auth_permission" VALUES(168,42,'delete_vatrate','Can delete VAT rate');
INSERT INTO "auth_permission" VALUES(169,42,'view_vatrate','Can view VAT rate');
INSERT INTO "auth_permission" VALUES(170,43,'add_consent','Can add consent');
INSERT INTO "auth_permission" VALUES(171,43,'change_consent','Can change consent');
INSERT INTO "auth_permission" VALUES(172,43,'delete_consent','Can delete consent');
INSERT INTO "auth_permission" VALUES(173,43,'view_consent','Can view consent');
INSERT INTO "auth_permission" VALUES(174,44,'add_consententry','Can add ledger entry');
INSERT INTO "auth_permission" VALUES(175,44,'change_consententry','Can change ledger entry');
INSERT INTO "auth_permission" VALUES(176,44,'delete_consententry','Can delete ledger entry');
INSERT INTO "auth_permission" VALUES(177,44,'view_consententry','Can view ledger entry');
INSERT INTO "auth_permission" VALUES(178,45,'add_contact','Can add contact');
INSERT INTO "auth_permission" VALUES(179,45,'change_contact','Can change contact');
INSERT INTO "auth_permission" VALUES(180,45,'delete_contact','Can delete contact');
INSERT INTO "auth_permission" VALUES(181,45,'view_contact','Can view contact');
INSERT INTO "auth_permission" VALUES(182,46,'add_consentrequest','Can add request for consent');
INSERT INTO "auth_permission" VALUES(183,46,'change_consentrequest','Can change request for consent');
INSERT INTO "auth_permission" VALUES(184,46,'delete_consentrequest','Can delete request for consent');
INSERT INTO "auth_permission" VALUES(185,46,'view_consentrequest','Can view request for consent');
INSERT INTO "auth_permission" VALUES(186,47,'add_basketactivity','Can add basket activity');
INSERT INTO "auth_permission" VALUES(187,47,'change_basketactivity','Can change basket activity');
INSERT INTO "auth_permission" VALUES(188,47,'delete_basketactivity','Can delete basket activity');
INSERT INTO "auth_permission" VALUES(189,47,'view_basketactivity','Can view basket activity');
INSERT INTO "auth_permission" VALUES(190,48,'add_orderattempt','Can add attempt to order');
INSERT INTO "auth_permission" VALUES(191,48,'change_orderattempt','Can change attempt to order');
INSERT INTO "auth_permission" VALUES(192,48,'delete_orderattempt','Can delete attempt to order');
INSERT INTO "auth_permission" VALUES(193,48,'view_orderattempt','Can view attempt to order');
INSERT INTO "auth_permission" VALUES(194,49,'add_stockreservation','Can add stock reservation');
INSERT INTO "auth_permission" VALUES(195,49,'change_stockreservation','Can change stock reservation');
INSERT INTO "auth_permission" VALUES(196,49,'delete_stockreservation','Can delete stock reservation');
INSERT INTO "auth_permission" VALUES(197,49,'view_stockreservation','Can view stock reservation');
INSERT INTO "auth_permission" VALUES(198,50,'add_orderagreement','Can add agreement');
INSERT INTO "auth_permission" VALUES(199,50,'change_orderagreement','Can change agreement');
INSERT INTO "auth_permission" VALUES(200,50,'delete_orderagreement','Can delete agreement');
INSERT INTO "auth_permission" VALUES(201,50,'view_orderagreement','Can view agreement');
INSERT INTO "auth_permission" VALUES(202,51,'add_gatewaypayment','Can add gateway payment');
INSERT INTO "auth_permission" VALUES(203,51,'change_gatewaypayment','Can change gateway payment');
INSERT INTO "auth_permission" VALUES(204,51,'delete_gatewaypayment','Can delete gateway payment');
INSERT INTO "auth_permission" VALUES(205,51,'view_gatewaypayment','Can view gateway payment');
INSERT INTO "auth_permission" VALUES(206,52,'add_bankaccount','Can add bank account');
INSERT INTO "auth_permission" VALUES(207,52,'change_bankaccount','Can change bank account');
INSERT INTO "auth_permission" VALUES(208,52,'delete_bankaccount','Can delete bank account');
INSERT INTO "auth_permission" VALUES(209,52,'view_bankaccount','Can view bank account');
INSERT INTO "auth_permission" VALUES(210,53,'add_approvedbusiness','Can add business customer');
INSERT INTO "auth_permission" VALUES(211,53,'change_approvedbusiness','Can change business customer');
INSERT INTO "auth_permission" VALUES(212,53,'delete_approvedbusiness','Can delete business customer');
INSERT INTO "auth_permission" VALUES(213,53,'view_approvedbusiness','Can view business customer');
INSERT INTO "auth_permission" VALUES(214,54,'add_gatewayrefund','Can add gateway refund');
INSERT INTO "auth_permission" VALUES(215,54,'change_gatewayrefund','Can change gateway refund');
INSERT INTO "auth_permission" VALUES(216,54,'delete_gatewayrefund','Can delete gateway refund');
INSERT INTO "auth_permission" VALUES(217,54,'view_gatewayrefund','Can view gateway refund');
INSERT INTO "auth_permission" VALUES(218,55,'add_documentsettings','Can add document settings');
INSERT INTO "auth_permission" VALUES(219,55,'change_documentsettings','Can change document settings');
INSERT INTO "auth_permission" VALUES(220,55,'delete_documentsettings','Can delete document settings');
INSERT INTO "auth_permission" VALUES(221,55,'view_documentsettings','Can view document settings');
INSERT INTO "auth_permission" VALUES(222,56,'add_document','Can add document');
INSERT INTO "auth_permission" VALUES(223,56,'change_document','Can change document');
INSERT INTO "auth_permission" VALUES(224,56,'delete_document','Can delete document');
INSERT INTO "auth_permission" VALUES(225,56,'view_document','Can view document');
INSERT INTO "auth_permission" VALUES(226,57,'add_digitalgood','Can add digital good');
INSERT INTO "auth_permission" VALUES(227,57,'change_digitalgood','Can change digital good');
INSERT INTO "auth_permission" VALUES(228,57,'delete_digitalgood','Can delete digital good');
INSERT INTO "auth_permission" VALUES(229,57,'view_digitalgood','Can view digital good');
INSERT INTO "auth_permission" VALUES(230,57,'manage_digital_goods','Can manage digital goods');
INSERT INTO "auth_permission" VALUES(231,58,'add_digitalfile','Can add file');
INSERT INTO "auth_permission" VALUES(232,58,'change_digitalfile','Can change file');
INSERT INTO "auth_permission" VALUES(233,58,'delete_digitalfile','Can delete file');
INSERT INTO "auth_permission" VALUES(234,58,'view_digitalfile','Can view file');
INSERT INTO "auth_permission" VALUES(235,59,'add_accessgrant','Can add access');
INSERT INTO "auth_permission" VALUES(236,59,'change_accessgrant','Can change access');
INSERT INTO "auth_permission" VALUES(237,59,'delete_accessgrant','Can delete access');
INSERT INTO "auth_permission" VALUES(238,59,'view_accessgrant','Can view access');
INSERT INTO "auth_permission" VALUES(239,60,'add_downloadevent','Can add download');
INSERT INTO "auth_permission" VALUES(240,60,'change_downloadevent','Can change download');
INSERT INTO "auth_permission" VALUES(241,60,'delete_downloadevent','Can delete download');
INSERT INTO "auth_permission" VALUES(242,60,'view_downloadevent','Can view download');
INSERT INTO "auth_permission" VALUES(243,61,'add_lesson','Can add lesson');
INSERT INTO "auth_permission" VALUES(244,61,'change_lesson','Can change lesson');
INSERT INTO "auth_permission" VALUES(245,61,'delete_lesson','Can delete lesson');
INSERT INTO "auth_permission" VALUES(246,61,'view_lesson','Can view lesson');
INSERT INTO "auth_permission" VALUES(247,62,'add_lessonprogress','Can add progress');
INSERT INTO "auth_permission" VALUES(248,62,'change_lessonprogress','Can change progress');
INSERT INTO "auth_permission" VALUES(249,62,'delete_lessonprogress','Can delete progress');
INSERT INTO "auth_permission" VALUES(250,62,'view_lessonprogress','Can view progress');
INSERT INTO "auth_permission" VALUES(251,63,'add_licencepool','Can add licence pool');
INSERT INTO "auth_permission" VALUES(252,63,'change_licencepool','Can change licence pool');
INSERT INTO "auth_permission" VALUES(253,63,'delete_licencepool','Can delete licence pool');
INSERT INTO "auth_permission" VALUES(254,63,'view_licencepool','Can view licence pool');
INSERT INTO "auth_permission" VALUES(255,64,'add_licencekey','Can add licence key');
INSERT INTO "auth_permission" VALUES(256,64,'change_licencekey','Can change licence key');
INSERT INTO "auth_permission" VALUES(257,64,'delete_licencekey','Can delete licence key');
INSERT INTO "auth_permission" VALUES(258,64,'view_licencekey','Can view licence key');
INSERT INTO "auth_permission" VALUES(259,65,'add_homepage','Can add home page');
INSERT INTO "auth_permission" VALUES(260,65,'change_homepage','Can change home page');
INSERT INTO "auth_permission" VALUES(261,65,'delete_homepage','Can delete home page');
INSERT INTO "auth_permission" VALUES(262,65,'view_homepage','Can view home page');
INSERT INTO "auth_permission" VALUES(263,66,'add_legalpage','Can add legal page');
INSERT INTO "auth_permission" VALUES(264,66,'change_legalpage','Can change legal page');
INSERT INTO "auth_permission" VALUES(265,66,'delete_legalpage','Can delete legal page');
INSERT INTO "auth_permission" VALUES(266,66,'view_legalpage','Can view legal page');
INSERT INTO "auth_permission" VALUES(267,67,'add_legaltextversion','Can add version of a legal text');
INSERT INTO "auth_permission" VALUES(268,67,'change_legaltextversion','Can change version of a legal text');
INSERT INTO "auth_permission" VALUES(269,67,'delete_legaltextversion','Can delete version of a legal text');
INSERT INTO "auth_permission" VALUES(270,67,'view_legaltextversion','Can view version of a legal text');
INSERT INTO "auth_permission" VALUES(271,68,'add_legaltextfile','Can add PDF of a legal text');
INSERT INTO "auth_permission" VALUES(272,68,'change_legaltextfile','Can change PDF of a legal text');
INSERT INTO "auth_permission" VALUES(273,68,'delete_legaltextfile','Can delete PDF of a legal text');
INSERT INTO "auth_permission" VALUES(274,68,'view_legaltextfile','Can view PDF of a legal text');
INSERT INTO "auth_permission" VALUES(275,69,'add_withdrawaldeclaration','Can add declaration of withdrawal');
INSERT INTO "auth_permission" VALUES(276,69,'change_withdrawaldeclaration','Can change declaration of withdrawal');
INSERT INTO "auth_permission" VALUES(277,69,'delete_withdrawaldeclaration','Can delete declaration of withdrawal');
INSERT INTO "auth_permission" VALUES(278,69,'view_withdrawaldeclaration','Can view declaration of withdrawal');
INSERT INTO "auth_permission" VALUES(279,70,'add_withdrawalhandling','Can add handling of a withdrawal');
INSERT INTO "auth_permission" VALUES(280,70,'change_withdrawalhandling','Can change handling of a withdrawal');
INSERT INTO "auth_permission" VALUES(281,70,'delete_withdrawalhandling','Can delete handling of a withdrawal');
INSERT INTO "auth_permission" VALUES(282,70,'view_withdrawalhandling','Can view handling of a withdrawal');
INSERT INTO "auth_permission" VALUES(283,71,'add_orderlegaltext','Can add legal text of an order');
INSERT INTO "auth_permission" VALUES(284,71,'change_orderlegaltext','Can change legal text of an order');
INSERT INTO "auth_permission" VALUES(285,71,'delete_orderlegaltext','Can delete legal text of an order');
INSERT INTO "auth_permission" VALUES(286,71,'view_orderlegaltext','Can view legal text of an order');
INSERT INTO "auth_permission" VALUES(287,72,'add_answeredrequest','Can add answered request');
INSERT INTO "auth_permission" VALUES(288,72,'change_answeredrequest','Can change answered request');
INSERT INTO "auth_permission" VALUES(289,72,'delete_answeredrequest','Can delete answered request');
INSERT INTO "auth_permission" VALUES(290,72,'view_answeredrequest','Can view answered request');
INSERT INTO "auth_permission" VALUES(291,73,'add_brand','Can add brand');
INSERT INTO "auth_permission" VALUES(292,73,'change_brand','Can change brand');
INSERT INTO "auth_permission" VALUES(293,73,'delete_brand','Can delete brand');
INSERT INTO "auth_permission" VALUES(294,73,'view_brand','Can view brand');
INSERT INTO "auth_permission" VALUES(295,74,'add_partrecord','Can add part data');
INSERT INTO "auth_permission" VALUES(296,74,'change_partrecord','Can change part data');
INSERT INTO "auth_permission" VALUES(297,74,'delete_partrecord','Can delete part data');
INSERT INTO "auth_permission" VALUES(298,74,'view_partrecord','Can view part data');
INSERT INTO "auth_permission" VALUES(299,74,'buy_business_goods','Can buy goods that are sold only to businesses');
INSERT INTO "auth_permission" VALUES(300,74,'buy_trained_goods','Can buy goods that need trained personnel');
INSERT INTO "auth_permission" VALUES(301,75,'add_partfitment','Can add vehicle fitment');
INSERT INTO "auth_permission" VALUES(302,75,'change_partfitment','Can change vehicle fitment');
INSERT INTO "auth_permission" VALUES(303,75,'delete_partfitment','Can delete vehicle fitment');
INSERT INTO "auth_permission" VALUES(304,75,'view_partfitment','Can view vehicle fitment');
INSERT INTO "auth_permission" VALUES(305,76,'add_partreference','Can add reference number');
INSERT INTO "auth_permission" VALUES(306,76,'change_partreference','Can change reference number');
INSERT INTO "auth_permission" VALUES(307,76,'delete_partreference','Can delete reference number');
INSERT INTO "auth_permission" VALUES(308,76,'view_partreference','Can view reference number');
INSERT INTO "auth_permission" VALUES(309,77,'add_partsuccession','Can add succession');
INSERT INTO "auth_permission" VALUES(310,77,'change_partsuccession','Can change succession');
INSERT INTO "auth_permission" VALUES(311,77,'delete_partsuccession','Can delete succession');
INSERT INTO "auth_permission" VALUES(312,77,'view_partsuccession','Can view succession');
INSERT INTO "auth_permission" VALUES(313,78,'add_pricehistory','Can add price change');
INSERT INTO "auth_permission" VALUES(314,78,'change_pricehistory','Can change price change');
INSERT INTO "auth_permission" VALUES(315,78,'delete_pricehistory','Can delete price change');
INSERT INTO "auth_permission" VALUES(316,78,'view_pricehistory','Can view price change');
INSERT INTO "auth_permission" VALUES(317,79,'add_currentpart','Can add current part');
INSERT INTO "auth_permission" VALUES(318,79,'change_currentpart','Can change current part');
INSERT INTO "auth_permission" VALUES(319,79,'delete_currentpart','Can delete current part');
INSERT INTO "auth_permission" VALUES(320,79,'view_currentpart','Can view current part');
INSERT INTO "auth_permission" VALUES(321,80,'add_garagevehicle','Can add customer''s vehicle');
INSERT INTO "auth_permission" VALUES(322,80,'change_garagevehicle','Can change customer''s vehicle');
INSERT INTO "auth_permission" VALUES(323,80,'delete_garagevehicle','Can delete customer''s vehicle');
INSERT INTO "auth_permission" VALUES(324,80,'view_garagevehicle','Can view customer''s vehicle');
INSERT INTO "auth_permission" VALUES(325,81,'add_goodscategory','Can add kind of goods of a category');
INSERT INTO "auth_permission" VALUES(326,81,'change_goodscategory','Can change kind of goods of a category');
INSERT INTO "auth_permission" VALUES(327,81,'delete_goodscategory','Can delete kind of goods of a category');
INSERT INTO "auth_permission" VALUES(328,81,'view_goodscategory','Can view kind of goods of a category');
INSERT INTO "auth_permission" VALUES(329,82,'add_manufacturer','Can add manufacturer');
INSERT INTO "auth_permission" VALUES(330,82,'change_manufacturer','Can change manufacturer');
INSERT INTO "auth_permission" VALUES(331,82,'delete_manufacturer','Can delete manufacturer');
INSERT INTO "auth_permission" VALUES(332,82,'view_manufacturer','Can view manufacturer');
INSERT INTO "auth_permission" VALUES(333,83,'add_partdocument','Can add part document');
INSERT INTO "auth_permission" VALUES(334,83,'change_partdocument','Can change part document');
INSERT INTO "auth_permission" VALUES(335,83,'delete_partdocument','Can delete part document');
INSERT INTO "auth_permission" VALUES(336,83,'view_partdocument','Can view part document');
INSERT INTO "auth_permission" VALUES(337,84,'add_partrelation','Can add related part');
INSERT INTO "auth_permission" VALUES(338,84,'change_partrelation','Can change related part');
INSERT INTO "auth_permission" VALUES(339,84,'delete_partrelation','Can delete related part');
INSERT INTO "auth_permission" VALUES(340,84,'view_partrelation','Can view related part');
INSERT INTO "auth_permission" VALUES(341,85,'add_partvinpattern','Can add VIN pattern');
INSERT INTO "auth_permission" VALUES(342,85,'change_partvinpattern','Can change VIN pattern');
INSERT INTO "auth_permission" VALUES(343,85,'delete_partvinpattern','Can delete VIN pattern');
INSERT INTO "auth_permission" VALUES(344,85,'view_partvinpattern','Can view VIN pattern');
INSERT INTO "auth_permission" VALUES(345,86,'add_publishingblock','Can add missing item');
INSERT INTO "auth_permission" VALUES(346,86,'change_publishingblock','Can change missing item');
INSERT INTO "auth_permission" VALUES(347,86,'delete_publishingblock','Can delete missing item');
INSERT INTO "auth_permission" VALUES(348,86,'view_publishingblock','Can view missing item');
INSERT INTO "auth_permission" VALUES(349,87,'add_publishingdemand','Can add publishing demand');
INSERT INTO "auth_permission" VALUES(350,87,'change_publishingdemand','Can change publishing demand');
INSERT INTO "auth_permission" VALUES(351,87,'delete_publishingdemand','Can delete publishing demand');
INSERT INTO "auth_permission" VALUES(352,87,'view_publishingdemand','Can view publishing demand');
INSERT INTO "auth_permission" VALUES(353,88,'add_vehiclemaker','Can add vehicle maker');
INSERT INTO "auth_permission" VALUES(354,88,'change_vehiclemaker','Can change vehicle maker');
INSERT INTO "auth_permission" VALUES(355,88,'delete_vehiclemaker','Can delete vehicle maker');
INSERT INTO "auth_permission" VALUES(356,88,'view_vehiclemaker','Can view vehicle maker');
INSERT INTO "auth_permission" VALUES(357,89,'add_vehicletype','Can add vehicle');
INSERT INTO "auth_permission" VALUES(358,89,'change_vehicletype','Can change vehicle');
INSERT INTO "auth_permission" VALUES(359,89,'delete_vehicletype','Can delete vehicle');
INSERT INTO "auth_permission" VALUES(360,89,'view_vehicletype','Can view vehicle');
INSERT INTO "auth_permission" VALUES(361,90,'add_flow','Can add automation');
INSERT INTO "auth_permission" VALUES(362,90,'change_flow','Can change automation');
INSERT INTO "auth_permission" VALUES(363,90,'delete_flow','Can delete automation');
INSERT INTO "auth_permission" VALUES(364,90,'view_flow','Can view automation');
INSERT INTO "auth_permission" VALUES(365,91,'add_flowversion','Can add version of an automation');
INSERT INTO "auth_permission" VALUES(366,91,'change_flowversion','Can change version of an automation');
INSERT INTO "auth_permission" VALUES(367,91,'delete_flowversion','Can delete version of an automation');
INSERT INTO "auth_permission" VALUES(368,91,'view_flowversion','Can view version of an automation');
INSERT INTO "auth_permission" VALUES(369,92,'add_run','Can add run');
INSERT INTO "auth_permission" VALUES(370,92,'change_run','Can change run');
INSERT INTO "auth_permission" VALUES(371,92,'delete_run','Can delete run');
INSERT INTO "auth_permission" VALUES(372,92,'view_run','Can view run');
INSERT INTO "auth_permission" VALUES(373,93,'add_decision','Can add decision');
INSERT INTO "auth_permission" VALUES(374,93,'change_decision','Can change decision');
INSERT INTO "auth_permission" VALUES(375,93,'delete_decision','Can delete decision');
INSERT INTO "auth_permission" VALUES(376,93,'view_decision','Can view decision');
INSERT INTO "auth_permission" VALUES(377,94,'add_runkey','Can add run key');
INSERT INTO "auth_permission" VALUES(378,94,'change_runkey','Can change run key');
INSERT INTO "auth_permission" VALUES(379,94,'delete_runkey','Can delete run key');
INSERT INTO "auth_permission" VALUES(380,94,'view_runkey','Can view run key');
INSERT INTO "auth_permission" VALUES(381,95,'add_runstep','Can add step of a run');
INSERT INTO "auth_permission" VALUES(382,95,'change_runstep','Can change step of a run');
INSERT INTO "auth_permission" VALUES(383,95,'delete_runstep','Can delete step of a run');
INSERT INTO "auth_permission" VALUES(384,95,'view_runstep','Can view step of a run');
INSERT INTO "auth_permission" VALUES(385,96,'add_searchdocument','Can add search document');
INSERT INTO "auth_permission" VALUES(386,96,'change_searchdocument','Can change search document');
INSERT INTO "auth_permission" VALUES(387,96,'delete_searchdocument','Can delete search document');
INSERT INTO "auth_permission" VALUES(388,96,'view_searchdocument','Can view search document');
INSERT INTO "auth_permission" VALUES(389,97,'add_searchword','Can add search word');
INSERT INTO "auth_permission" VALUES(390,97,'change_searchword','Can change search word');
INSERT INTO "auth_permission" VALUES(391,97,'delete_searchword','Can delete search word');
INSERT INTO "auth_permission" VALUES(392,97,'view_searchword','Can view search word');
INSERT INTO "auth_permission" VALUES(393,98,'add_listingentry','Can add listing entry');
INSERT INTO "auth_permission" VALUES(394,98,'change_listingentry','Can change listing entry');
INSERT INTO "auth_permission" VALUES(395,98,'delete_listingentry','Can delete listing entry');
INSERT INTO "auth_permission" VALUES(396,98,'view_listingentry','Can view listing entry');
INSERT INTO "auth_permission" VALUES(397,99,'add_searchnumber','Can add search number');
INSERT INTO "auth_permission" VALUES(398,99,'change_searchnumber','Can change search number');
INSERT INTO "auth_permission" VALUES(399,99,'delete_searchnumber','Can delete search number');
INSERT INTO "auth_permission" VALUES(400,99,'view_searchnumber','Can view search number');
INSERT INTO "auth_permission" VALUES(401,100,'add_refreshrequest','Can add refresh request');
INSERT INTO "auth_permission" VALUES(402,100,'change_refreshrequest','Can change refresh request');
INSERT INTO "auth_permission" VALUES(403,100,'delete_refreshrequest','Can delete refresh request');
INSERT INTO "auth_permission" VALUES(404,100,'view_refreshrequest','Can view refresh request');
INSERT INTO "auth_permission" VALUES(405,101,'add_importrun','Can add import run');
INSERT INTO "auth_permission" VALUES(406,101,'change_importrun','Can change import run');
INSERT INTO "auth_permission" VALUES(407,101,'delete_importrun','Can delete import run');
INSERT INTO "auth_permission" VALUES(408,101,'view_importrun','Can view import run');
INSERT INTO "auth_permission" VALUES(409,101,'run_import','Can run, release and discard imports');
INSERT INTO "auth_permission" VALUES(410,102,'add_importfinding','Can add finding');
INSERT INTO "auth_permission" VALUES(411,102,'change_importfinding','Can change finding');
INSERT INTO "auth_permission" VALUES(412,102,'delete_importfinding','Can delete finding');
INSERT INTO "auth_permission" VALUES(413,102,'view_importfinding','Can view finding');
INSERT INTO "auth_permission" VALUES(414,103,'add_storedprofile','Can add import profile');
INSERT INTO "auth_permission" VALUES(415,103,'change_storedprofile','Can change import profile');
INSERT INTO "auth_permission" VALUES(416,103,'delete_storedprofile','Can delete import profile');
INSERT INTO "auth_permission" VALUES(417,103,'view_storedprofile','Can view import profile');
INSERT INTO "auth_permission" VALUES(418,104,'add_importorigin','Can add source of files');
INSERT INTO "auth_permission" VALUES(419,104,'change_importorigin','Can change source of files');
INSERT INTO "auth_permission" VALUES(420,104,'delete_importorigin','Can delete source of files');
INSERT INTO "auth_permission" VALUES(421,104,'view_importorigin','Can view source of files');
INSERT INTO "auth_permission" VALUES(422,105,'add_profiledraft','Can add draft of an import profile');
INSERT INTO "auth_permission" VALUES(423,105,'change_profiledraft','Can change draft of an import profile');
INSERT INTO "auth_permission" VALUES(424,105,'delete_profiledraft','Can delete draft of an import profile');
INSERT INTO "auth_permission" VALUES(425,105,'view_profiledraft','Can view draft of an import profile');
INSERT INTO "auth_permission" VALUES(426,106,'add_receivedfile','Can add received file');
INSERT INTO "auth_permission" VALUES(427,106,'change_receivedfile','Can change received file');
INSERT INTO "auth_permission" VALUES(428,106,'delete_receivedfile','Can delete received file');
INSERT INTO "auth_permission" VALUES(429,106,'view_receivedfile','Can view received file');
INSERT INTO "auth_permission" VALUES(430,107,'add_profileversion','Can add version of an import profile');
INSERT INTO "auth_permission" VALUES(431,107,'change_profileversion','Can change version of an import profile');
INSERT INTO "auth_permission" VALUES(432,107,'delete_profileversion','Can delete version of an import profile');
INSERT INTO "auth_permission" VALUES(433,107,'view_profileversion','Can view version of an import profile');
INSERT INTO "auth_permission" VALUES(434,108,'add_parallelrun','Can add parallel run');
INSERT INTO "auth_permission" VALUES(435,108,'change_parallelrun','Can change parallel run');
INSERT INTO "auth_permission" VALUES(436,108,'delete_parallelrun','Can delete parallel run');
INSERT INTO "auth_permission" VALUES(437,108,'view_parallelrun','Can view parallel run');
INSERT INTO "auth_permission" VALUES(438,109,'add_undoentry','Can add undo entry');
INSERT INTO "auth_permission" VALUES(439,109,'change_undoentry','Can change undo entry');
INSERT INTO "auth_permission" VALUES(440,109,'delete_undoentry','Can delete undo entry');
INSERT INTO "auth_permission" VALUES(441,109,'view_undoentry','Can view undo entry');
INSERT INTO "auth_permission" VALUES(442,110,'add_fieldowner','Can add owner of a field');
INSERT INTO "auth_permission" VALUES(443,110,'change_fieldowner','Can change owner of a field');
INSERT INTO "auth_permission" VALUES(444,110,'delete_fieldowner','Can delete owner of a field');
INSERT INTO "auth_permission" VALUES(445,110,'view_fieldowner','Can view owner of a field');
INSERT INTO "auth_permission" VALUES(446,111,'add_scheduledprice','Can add scheduled price');
INSERT INTO "auth_permission" VALUES(447,111,'change_scheduledprice','Can change scheduled price');
INSERT INTO "auth_permission" VALUES(448,111,'delete_scheduledprice','Can delete scheduled price');
INSERT INTO "auth_permission" VALUES(449,111,'view_scheduledprice','Can view scheduled price');
INSERT INTO "auth_permission" VALUES(450,112,'add_feedsettings','Can add product feed');
INSERT INTO "auth_permission" VALUES(451,112,'change_feedsettings','Can change product feed');
INSERT INTO "auth_permission" VALUES(452,112,'delete_feedsettings','Can delete product feed');
INSERT INTO "auth_permission" VALUES(453,112,'view_feedsettings','Can view product feed');
INSERT INTO "auth_permission" VALUES(454,113,'add_supplier','Can add supplier');
INSERT INTO "auth_permission" VALUES(455,113,'change_supplier','Can change supplier');
INSERT INTO "auth_permission" VALUES(456,113,'delete_supplier','Can delete supplier');
INSERT INTO "auth_permission" VALUES(457,113,'view_supplier','Can view supplier');
INSERT INTO "auth_permission" VALUES(458,114,'add_supplierorder','Can add order to a supplier');
INSERT INTO "auth_permission" VALUES(459,114,'change_supplierorder','Can change order to a supplier');
INSERT INTO "auth_permission" VALUES(460,114,'delete_supplierorder','Can delete order to a supplier');
INSERT INTO "auth_permission" VALUES(461,114,'view_supplierorder','Can view order to a supplier');
INSERT INTO "auth_permission" VALUES(462,115,'add_user','Can add person');
INSERT INTO "auth_permission" VALUES(463,115,'change_user','Can change person');
INSERT INTO "auth_permission" VALUES(464,115,'delete_user','Can delete person');
INSERT INTO "auth_permission" VALUES(465,115,'view_user','Can view person');
INSERT INTO "auth_permission" VALUES(466,116,'add_loadedstep','Can add loaded step');
INSERT INTO "auth_permission" VALUES(467,116,'change_loadedstep','Can change loaded step');
INSERT INTO "auth_permission" VALUES(468,116,'delete_loadedstep','Can delete loaded step');
INSERT INTO "auth_permission" VALUES(469,116,'view_loadedstep','Can view loaded step');
INSERT INTO "auth_permission" VALUES(470,117,'add_logentry','Can add log entry');
INSERT INTO "auth_permission" VALUES(471,117,'change_logentry','Can change log entry');
INSERT INTO "auth_permission" VALUES(472,117,'delete_logentry','Can delete log entry');
INSERT INTO "auth_permission" VALUES(473,117,'view_logentry','Can view log entry');
INSERT INTO "auth_permission" VALUES(474,118,'add_permission','Can add permission');
INSERT INTO "auth_permission" VALUES(475,118,'change_permission','Can change permission');
INSERT INTO "auth_permission" VALUES(476,118,'delete_permission','Can delete permission');
INSERT INTO "auth_permission" VALUES(477,118,'view_permission','Can view permission');
INSERT INTO "auth_permission" VALUES(478,119,'add_group','Can add group');
INSERT INTO "auth_permission" VALUES(479,119,'change_group','Can change group');
INSERT INTO "auth_permission" VALUES(480,119,'delete_group','Can delete group');
INSERT INTO "auth_permission" VALUES(481,119,'view_group','Can view group');
INSERT INTO "auth_permission" VALUES(482,120,'add_contenttype','Can add content type');
INSERT INTO "auth_permission" VALUES(483,120,'change_contenttype','Can change content type');
INSERT INTO "auth_permission" VALUES(484,120,'delete_contenttype','Can delete content type');
INSERT INTO "auth_permission" VALUES(485,120,'view_contenttype','Can view content type');
INSERT INTO "auth_permission" VALUES(486,121,'add_session','Can add session');
INSERT INTO "auth_permission" VALUES(487,121,'change_session','Can change session');
INSERT INTO "auth_permission" VALUES(488,121,'delete_session','Can delete session');
INSERT INTO "auth_permission" VALUES(489,121,'view_session','Can view session');
INSERT INTO "auth_permission" VALUES(490,122,'add_site','Can add site');
INSERT INTO "auth_permission" VALUES(491,122,'change_site','Can change site');
INSERT INTO "auth_permission" VALUES(492,122,'delete_site','Can delete site');
INSERT INTO "auth_permission" VALUES(493,122,'view_site','Can view site');
INSERT INTO "auth_permission" VALUES(494,123,'add_flatpage','Can add flat page');
INSERT INTO "auth_permission" VALUES(495,123,'change_flatpage','Can change flat page');
INSERT INTO "auth_permission" VALUES(496,123,'delete_flatpage','Can delete flat page');
INSERT INTO "auth_permission" VALUES(497,123,'view_flatpage','Can view flat page');
INSERT INTO "auth_permission" VALUES(498,124,'add_productrecord','Can add Product record');
INSERT INTO "auth_permission" VALUES(499,124,'change_productrecord','Can change Product record');
INSERT INTO "auth_permission" VALUES(500,124,'delete_productrecord','Can delete Product record');
INSERT INTO "auth_permission" VALUES(501,124,'view_productrecord','Can view Product record');
INSERT INTO "auth_permission" VALUES(502,125,'add_userproductview','Can add User product view');
INSERT INTO "auth_permission" VALUES(503,125,'change_userproductview','Can change User product view');
INSERT INTO "auth_permission" VALUES(504,125,'delete_userproductview','Can delete User product view');
INSERT INTO "auth_permission" VALUES(505,125,'view_userproductview','Can view User product view');
INSERT INTO "auth_permission" VALUES(506,126,'add_userrecord','Can add User record');
INSERT INTO "auth_permission" VALUES(507,126,'change_userrecord','Can change User record');
INSERT INTO "auth_permission" VALUES(508,126,'delete_userrecord','Can delete User record');
INSERT INTO "auth_permission" VALUES(509,126,'view_userrecord','Can view User record');
INSERT INTO "auth_permission" VALUES(510,127,'add_usersearch','Can add User search query');
INSERT INTO "auth_permission" VALUES(511,127,'change_usersearch','Can change User search query');
INSERT INTO "auth_permission" VALUES(512,127,'delete_usersearch','Can delete User search query');
INSERT INTO "auth_permission" VALUES(513,127,'view_usersearch','Can view User search query');
INSERT INTO "auth_permission" VALUES(514,128,'add_country','Can add Country');
INSERT INTO "auth_permission" VALUES(515,128,'change_country','Can change Country');
INSERT INTO "auth_permission" VALUES(516,128,'delete_country','Can delete Country');
INSERT INTO "auth_permission" VALUES(517,128,'view_country','Can view Country');
INSERT INTO "auth_permission" VALUES(518,129,'add_useraddress','Can add User address');
INSERT INTO "auth_permission" VALUES(519,129,'change_useraddress','Can change User address');
INSERT INTO "auth_permission" VALUES(520,129,'delete_useraddress','Can delete User address');
INSERT INTO "auth_permission" VALUES(521,129,'view_useraddress','Can view User address');
INSERT INTO "auth_permission" VALUES(522,130,'add_orderanditemcharges','Can add Order and Item Charge');
INSERT INTO "auth_permission" VALUES(523,130,'change_orderanditemcharges','Can change Order and Item Charge');
INSERT INTO "auth_permission" VALUES(524,130,'delete_orderanditemcharges','Can delete Order and Item Charge');
INSERT INTO "auth_permission" VALUES(525,130,'view_orderanditemcharges','Can view Order and Item Charge');
INSERT INTO "auth_permission" VALUES(526,131,'add_weightband','Can add Weight Band');
INSERT INTO "auth_permission" VALUES(527,131,'change_weightband','Can change Weight Band');
INSERT INTO "auth_permission" VALUES(528,131,'delete_weightband','Can delete Weight Band');
INSERT INTO "auth_permission" VALUES(529,131,'view_weightband','Can view Weight Band');
INSERT INTO "auth_permission" VALUES(530,132,'add_weightbased','Can add Weight-based Shipping Method');
INSERT INTO "auth_permission" VALUES(531,132,'change_weightbased','Can change Weight-based Shipping Method');
INSERT INTO "auth_permission" VALUES(532,132,'delete_weightbased','Can delete Weight-based Shipping Method');
INSERT INTO "auth_permission" VALUES(533,132,'view_weightbased','Can view Weight-based Shipping Method');
INSERT INTO "auth_permission" VALUES(534,133,'add_shippingrate','Can add shipping rate');
INSERT INTO "auth_permission" VALUES(535,133,'change_shippingrate','Can change shipping rate');
INSERT INTO "auth_permission" VALUES(536,133,'delete_shippingrate','Can delete shipping rate');
INSERT INTO "auth_permission" VALUES(537,133,'view_shippingrate','Can view shipping rate');
INSERT INTO "auth_permission" VALUES(538,134,'add_attributeoption','Can add Attribute option');
INSERT INTO "auth_permission" VALUES(539,134,'change_attributeoption','Can change Attribute option');
INSERT INTO "auth_permission" VALUES(540,134,'delete_attributeoption','Can delete Attribute option');
INSERT INTO "auth_permission" VALUES(541,134,'view_attributeoption','Can view Attribute option');
INSERT INTO "auth_permission" VALUES(542,135,'add_attributeoptiongroup','Can add Attribute option group');
INSERT INTO "auth_permission" VALUES(543,135,'change_attributeoptiongroup','Can change Attribute option group');
INSERT INTO "auth_permission" VALUES(544,135,'delete_attributeoptiongroup','Can delete Attribute option group');
INSERT INTO "auth_permission" VALUES(545,135,'view_attributeoptiongroup','Can view Attribute option group');
INSERT INTO "auth_permission" VALUES(546,136,'add_category','Can add Category');
INSERT INTO "auth_permission" VALUES(547,136,'change_category','Can change Category');
INSERT INTO "auth_permission" VALUES(548,136,'delete_category','Can delete Category');
INSERT INTO "auth_permission" VALUES(549,136,'view_category','Can view Category');
INSERT INTO "auth_permission" VALUES(550,137,'add_option','Can add Option');
INSERT INTO "auth_permission" VALUES(551,137,'change_option','Can change Option');
INSERT INTO "auth_permission" VALUES(552,137,'delete_option','Can delete Option');
INSERT INTO "auth_permission" VALUES(553,137,'view_option','Can view Option');
INSERT INTO "auth_permission" VALUES(554,138,'add_product','Can add Product');
INSERT INTO "auth_permission" VALUES(555,138,'change_product','Can change Product');
INSERT INTO "auth_permission" VALUES(556,138,'delete_product','Can delete Product');
INSERT INTO "auth_permission" VALUES(557,138,'view_product','Can view Product');
INSERT INTO "auth_permission" VALUES(558,139,'add_productattribute','Can add Product attribute');
INSERT INTO "auth_permission" VALUES(559,139,'change_productattribute','Can change Product attribute');
INSERT INTO "auth_permission" VALUES(560,139,'delete_productattribute','Can delete Product attribute');
INSERT INTO "auth_permission" VALUES(561,139,'view_productattribute','Can view Product attribute');
INSERT INTO "auth_permission" VALUES(562,140,'add_productattributevalue','Can add Product attribute value');
INSERT INTO "auth_permission" VALUES(563,140,'change_productattributevalue','Can change Product attribute value');
INSERT INTO "auth_permission" VALUES(564,140,'delete_productattributevalue','Can delete Product attribute value');
INSERT INTO "auth_permission" VALUES(565,140,'view_productattributevalue','Can view Product attribute value');
INSERT INTO "auth_permission" VALUES(566,141,'add_productcategory','Can add Product category');
INSERT INTO "auth_permission" VALUES(567,141,'change_productcategory','Can change Product category');
INSERT INTO "auth_permission" VALUES(568,141,'delete_productcategory','Can delete Product category');
INSERT INTO "auth_permission" VALUES(569,141,'view_productcategory','Can view Product category');
INSERT INTO "auth_permission" VALUES(570,142,'add_productclass','Can add Product class');
INSERT INTO "auth_permission" VALUES(571,142,'change_productclass','Can change Product class');
INSERT INTO "auth_permission" VALUES(572,142,'delete_productclass','Can delete Product class');
INSERT INTO "auth_permission" VALUES(573,142,'view_productclass','Can view Product class');
INSERT INTO "auth_permission" VALUES(574,143,'add_productimage','Can add Product image');
INSERT INTO "auth_permission" VALUES(575,143,'change_productimage','Can change Product image');
INSERT INTO "auth_permission" VALUES(576,143,'delete_productimage','Can delete Product image');
INSERT INTO "auth_permission" VALUES(577,143,'view_productimage','Can view Product image');
INSERT INTO "auth_permission" VALUES(578,144,'add_productrecommendation','Can add Product recommendation');
INSERT INTO "auth_permission" VALUES(579,144,'change_productrecommendation','Can change Product recommendation');
INSERT INTO "auth_permission" VALUES(580,144,'delete_productrecommendation','Can delete Product recommendation');
INSERT INTO "auth_permission" VALUES(581,144,'view_productrecommendation','Can view Product recommendation');
INSERT INTO "auth_permission" VALUES(582,145,'add_productcategoryhierarchy','Can add Product category hierarchy');
INSERT INTO "auth_permission" VALUES(583,145,'change_productcategoryhierarchy','Can change Product category hierarchy');
INSERT INTO "auth_permission" VALUES(584,145,'delete_productcategoryhierarchy','Can delete Product category hierarchy');
INSERT INTO "auth_permission" VALUES(585,145,'view_productcategoryhierarchy','Can view Product category hierarchy');
INSERT INTO "auth_permission" VALUES(586,146,'add_productreview','Can add Product review');
INSERT INTO "auth_permission" VALUES(587,146,'change_productreview','Can change Product review');
INSERT INTO "auth_permission" VALUES(588,146,'delete_productreview','Can delete Product review');
INSERT INTO "auth_permission" VALUES(589,146,'view_productreview','Can view Product review');
INSERT INTO "auth_permission" VALUES(590,147,'add_vote','Can add Vote');
INSERT INTO "auth_permission" VALUES(591,147,'change_vote','Can change Vote');
INSERT INTO "auth_permission" VALUES(592,147,'delete_vote','Can delete Vote');
INSERT INTO "auth_permission" VALUES(593,147,'view_vote','Can view Vote');
INSERT INTO "auth_permission" VALUES(594,148,'add_communicationeventtype','Can add Communication event type');
INSERT INTO "auth_permission" VALUES(595,148,'change_communicationeventtype','Can change Communication event type');
INSERT INTO "auth_permission" VALUES(596,148,'delete_communicationeventtype','Can delete Communication event type');
INSERT INTO "auth_permission" VALUES(597,148,'view_communicationeventtype','Can view Communication event type');
INSERT INTO "auth_permission" VALUES(598,149,'add_email','Can add Email');
INSERT INTO "auth_permission" VALUES(599,149,'change_email','Can change Email');
INSERT INTO "auth_permission" VALUES(600,149,'delete_email','Can delete Email');
INSERT INTO "auth_permission" VALUES(601,149,'view_email','Can view Email');
INSERT INTO "auth_permission" VALUES(602,150,'add_notification','Can add Notification');
INSERT INTO "auth_permission" VALUES(603,150,'change_notification','Can change Notification');
INSERT INTO "auth_permission" VALUES(604,150,'delete_notification','Can delete Notification');
INSERT INTO "auth_permission" VALUES(605,150,'view_notification','Can view Notification');
INSERT INTO "auth_permission" VALUES(606,151,'add_partner','Can add Fulfillment partner');
INSERT INTO "auth_permission" VALUES(607,151,'change_partner','Can change Fulfillment partner');
INSERT INTO "auth_permission" VALUES(608,151,'delete_partner','Can delete Fulfillment partner');
INSERT INTO "auth_permission" VALUES(609,151,'view_partner','Can view Fulfillment partner');
INSERT INTO "auth_permission" VALUES(610,151,'dashboard_access','Can access dashboard');
INSERT INTO "auth_permission" VALUES(611,152,'add_partneraddress','Can add Partner address');
INSERT INTO "auth_permission" VALUES(612,152,'change_partneraddress','Can change Partner address');
INSERT INTO "auth_permission" VALUES(613,152,'delete_partneraddress','Can delete Partner address');
INSERT INTO "auth_permission" VALUES(614,152,'view_partneraddress','Can view Partner address');
INSERT INTO "auth_permission" VALUES(615,153,'add_stockalert','Can add Stock alert');
INSERT INTO "auth_permission" VALUES(616,153,'change_stockalert','Can change Stock alert');
INSERT INTO "auth_permission" VALUES(617,153,'delete_stockalert','Can delete Stock alert');
INSERT INTO "auth_permission" VALUES(618,153,'view_stockalert','Can view Stock alert');
INSERT INTO "auth_permission" VALUES(619,154,'add_stockrecord','Can add Stock record');
INSERT INTO "auth_permission" VALUES(620,154,'change_stockrecord','Can change Stock record');
INSERT INTO "auth_permission" VALUES(621,154,'delete_stockrecord','Can delete Stock record');
INSERT INTO "auth_permission" VALUES(622,154,'view_stockrecord','Can view Stock record');
INSERT INTO "auth_permission" VALUES(623,155,'add_basket','Can add Basket');
INSERT INTO "auth_permission" VALUES(624,155,'change_basket','Can change Basket');
INSERT INTO "auth_permission" VALUES(625,155,'delete_basket','Can delete Basket');
INSERT INTO "auth_permission" VALUES(626,155,'view_basket','Can view Basket');
INSERT INTO "auth_permission" VALUES(627,156,'add_line','Can add Basket line');
INSERT INTO "auth_permission" VALUES(628,156,'change_line','Can change Basket line');
INSERT INTO "auth_permission" VALUES(629,156,'delete_line','Can delete Basket line');
INSERT INTO "auth_permission" VALUES(630,156,'view_line','Can view Basket line');
INSERT INTO "auth_permission" VALUES(631,157,'add_lineattribute','Can add Line attribute');
INSERT INTO "auth_permission" VALUES(632,157,'change_lineattribute','Can change Line attribute');
INSERT INTO "auth_permission" VALUES(633,157,'delete_lineattribute','Can delete Line attribute');
INSERT INTO "auth_permission" VALUES(634,157,'view_lineattribute','Can view Line attribute');
INSERT INTO "auth_permission" VALUES(635,158,'add_bankcard','Can add Bankcard');
INSERT INTO "auth_permission" VALUES(636,158,'change_bankcard','Can change Bankcard');
INSERT INTO "auth_permission" VALUES(637,158,'delete_bankcard','Can delete Bankcard');
INSERT INTO "auth_permission" VALUES(638,158,'view_bankcard','Can view Bankcard');
INSERT INTO "auth_permission" VALUES(639,159,'add_source','Can add Source');
INSERT INTO "auth_permission" VALUES(640,159,'change_source','Can change Source');
INSERT INTO "auth_permission" VALUES(641,159,'delete_source','Can delete Source');
INSERT INTO "auth_permission" VALUES(642,159,'view_source','Can view Source');
INSERT INTO "auth_permission" VALUES(643,160,'add_sourcetype','Can add Source Type');
INSERT INTO "auth_permission" VALUES(644,160,'change_sourcetype','Can change Source Type');
INSERT INTO "auth_permission" VALUES(645,160,'delete_sourcetype','Can delete Source Type');
INSERT INTO "auth_permission" VALUES(646,160,'view_sourcetype','Can view Source Type');
INSERT INTO "auth_permission" VALUES(647,161,'add_transaction','Can add Transaction');
INSERT INTO "auth_permission" VALUES(648,161,'change_transaction','Can change Transaction');
INSERT INTO "auth_permission" VALUES(649,161,'delete_transaction','Can delete Transaction');
INSERT INTO "auth_permission" VALUES(650,161,'view_transaction','Can view Transaction');
INSERT INTO "auth_permission" VALUES(651,162,'add_benefit','Can add Benefit');
INSERT INTO "auth_permission" VALUES(652,162,'change_benefit','Can change Benefit');
INSERT INTO "auth_permission" VALUES(653,162,'delete_benefit','Can delete Benefit');
INSERT INTO "auth_permission" VALUES(654,162,'view_benefit','Can view Benefit');
INSERT INTO "auth_permission" VALUES(655,163,'add_condition','Can add Condition');
INSERT INTO "auth_permission" VALUES(656,163,'change_condition','Can change Condition');
INSERT INTO "auth_permission" VALUES(657,163,'delete_condition','Can delete Condition');
INSERT INTO "auth_permission" VALUES(658,163,'view_condition','Can view Condition');
INSERT INTO "auth_permission" VALUES(659,164,'add_conditionaloffer','Can add Conditional offer');
INSERT INTO "auth_permission" VALUES(660,164,'change_conditionaloffer','Can change Conditional offer');
INSERT INTO "auth_permission" VALUES(661,164,'delete_conditionaloffer','Can delete Conditional offer');
INSERT INTO "auth_permission" VALUES(662,164,'view_conditionaloffer','Can view Conditional offer');
INSERT INTO "auth_permission" VALUES(663,165,'add_range','Can add Range');
INSERT INTO "auth_permission" VALUES(664,165,'change_range','Can change Range');
INSERT INTO "auth_permission" VALUES(665,165,'delete_range','Can delete Range');
INSERT INTO "auth_permission" VALUES(666,165,'view_range','Can view Range');
INSERT INTO "auth_permission" VALUES(667,166,'add_rangeproduct','Can add range product');
INSERT INTO "auth_permission" VALUES(668,166,'change_rangeproduct','Can change range product');
INSERT INTO "auth_permission" VALUES(669,166,'delete_rangeproduct','Can delete range product');
INSERT INTO "auth_permission" VALUES(670,166,'view_rangeproduct','Can view range product');
INSERT INTO "auth_permission" VALUES(671,167,'add_rangeproductfileupload','Can add Range Product Uploaded File');
INSERT INTO "auth_permission" VALUES(672,167,'change_rangeproductfileupload','Can change Range Product Uploaded File');
INSERT INTO "auth_permission" VALUES(673,167,'delete_rangeproductfileupload','Can delete Range Product Uploaded File');
INSERT INTO "auth_permission" VALUES(674,167,'view_rangeproductfileupload','Can view Range Product Uploaded File');
INSERT INTO "auth_permission" VALUES(675,168,'add_absolutediscountbenefit','Can add Absolute discount benefit');
INSERT INTO "auth_permission" VALUES(676,168,'change_absolutediscountbenefit','Can change Absolute discount benefit');
INSERT INTO "auth_permission" VALUES(677,168,'delete_absolutediscountbenefit','Can delete Absolute discount benefit');
INSERT INTO "auth_permission" VALUES(678,168,'view_absolutediscountbenefit','Can view Absolute discount benefit');
INSERT INTO "auth_permission" VALUES(679,169,'add_countcondition','Can add Count condition');
INSERT INTO "auth_permission" VALUES(680,169,'change_countcondition','Can change Count condition');
INSERT INTO "auth_permission" VALUES(681,169,'delete_countcondition','Can delete Count condition');
INSERT INTO "auth_permission" VALUES(682,169,'view_countcondition','Can view Count condition');
INSERT INTO "auth_permission" VALUES(683,170,'add_coveragecondition','Can add Coverage Condition');
INSERT INTO "auth_permission" VALUES(684,170,'change_coveragecondition','Can change Coverage Condition');
INSERT INTO "auth_permission" VALUES(685,170,'delete_coveragecondition','Can delete Coverage Condition');
INSERT INTO "auth_permission" VALUES(686,170,'view_coveragecondition','Can view Coverage Condition');
INSERT INTO "auth_permission" VALUES(687,171,'add_fixedpricebenefit','Can add Fixed price benefit');
INSERT INTO "auth_permission" VALUES(688,171,'change_fixedpricebenefit','Can change Fixed price benefit');
INSERT INTO "auth_permission" VALUES(689,171,'delete_fixedpricebenefit','Can delete Fixed price benefit');
INSERT INTO "auth_permission" VALUES(690,171,'view_fixedpricebenefit','Can view Fixed price benefit');
INSERT INTO "auth_permission" VALUES(691,172,'add_multibuydiscountbenefit','Can add Multibuy discount benefit');
INSERT INTO "auth_permission" VALUES(692,172,'change_multibuydiscountbenefit','Can change Multibuy discount benefit');
INSERT INTO "auth_permission" VALUES(693,172,'delete_multibuydiscountbenefit','Can delete Multibuy discount benefit');
INSERT INTO "auth_permission" VALUES(694,172,'view_multibuydiscountbenefit','Can view Multibuy discount benefit');
INSERT INTO "auth_permission" VALUES(695,173,'add_percentagediscountbenefit','Can add Percentage discount benefit');
INSERT INTO "auth_permission" VALUES(696,173,'change_percentagediscountbenefit','Can change Percentage discount benefit');
INSERT INTO "auth_permission" VALUES(697,173,'delete_percentagediscountbenefit','Can delete Percentage discount benefit');
INSERT INTO "auth_permission" VALUES(698,173,'view_percentagediscountbenefit','Can view Percentage discount benefit');
INSERT INTO "auth_permission" VALUES(699,174,'add_shippingbenefit','Can add shipping benefit');
INSERT INTO "auth_permission" VALUES(700,174,'change_shippingbenefit','Can change shipping benefit');
INSERT INTO "auth_permission" VALUES(701,174,'delete_shippingbenefit','Can delete shipping benefit');
INSERT INTO "auth_permission" VALUES(702,174,'view_shippingbenefit','Can view shipping benefit');
INSERT INTO "auth_permission" VALUES(703,175,'add_shippingabsolutediscountbenefit','Can add Shipping absolute discount benefit');
INSERT INTO "auth_permission" VALUES(704,175,'change_shippingabsolutediscountbenefit','Can change Shipping absolute discount benefit');
INSERT INTO "auth_permission" VALUES(705,175,'delete_shippingabsolutediscountbenefit','Can delete Shipping absolute discount benefit');
INSERT INTO "auth_permission" VALUES(706,175,'view_shippingabsolutediscountbenefit','Can view Shipping absolute discount benefit');
INSERT INTO "auth_permission" VALUES(707,176,'add_shippingfixedpricebenefit','Can add Fixed price shipping benefit');
INSERT INTO "auth_permission" VALUES(708,176,'change_shippingfixedpricebenefit','Can change Fixed price shipping benefit');
INSERT INTO "auth_permission" VALUES(709,176,'delete_shippingfixedpricebenefit','Can delete Fixed price shipping benefit');
INSERT INTO "auth_permission" VALUES(710,176,'view_shippingfixedpricebenefit','Can view Fixed price shipping benefit');
INSERT INTO "auth_permission" VALUES(711,177,'add_shippingpercentagediscountbenefit','Can add Shipping percentage discount benefit');
INSERT INTO "auth_permission" VALUES(712,177,'change_shippingpercentagediscountbenefit','Can change Shipping percentage discount benefit');
INSERT INTO "auth_permission" VALUES(713,177,'delete_shippingpercentagediscountbenefit','Can delete Shipping percentage discount benefit');
INSERT INTO "auth_permission" VALUES(714,177,'view_shippingpercentagediscountbenefit','Can view Shipping percentage discount benefit');
INSERT INTO "auth_permission" VALUES(715,178,'add_valuecondition','Can add Value condition');
INSERT INTO "auth_permission" VALUES(716,178,'change_valuecondition','Can change Value condition');
INSERT INTO "auth_permission" VALUES(717,178,'delete_valuecondition','Can delete Value condition');
INSERT INTO "auth_permission" VALUES(718,178,'view_valuecondition','Can view Value condition');
INSERT INTO "auth_permission" VALUES(719,179,'add_fixedunitdiscountbenefit','Can add Fixed unit discount benefit');
INSERT INTO "auth_permission" VALUES(720,179,'change_fixedunitdiscountbenefit','Can change Fixed unit discount benefit');
INSERT INTO "auth_permission" VALUES(721,179,'delete_fixedunitdiscountbenefit','Can delete Fixed unit discount benefit');
INSERT INTO "auth_permission" VALUES(722,179,'view_fixedunitdiscountbenefit','Can view Fixed unit discount benefit');
INSERT INTO "auth_permission" VALUES(723,180,'add_billingaddress','Can add Billing address');
INSERT INTO "auth_permission" VALUES(724,180,'change_billingaddress','Can change Billing address');
INSERT INTO "auth_permission" VALUES(725,180,'delete_billingaddress','Can delete Billing address');
INSERT INTO "auth_permission" VALUES(726,180,'view_billingaddress','Can view Billing address');
INSERT INTO "auth_permission" VALUES(727,181,'add_communicationevent','Can add Communication Event');
INSERT INTO "auth_permission" VALUES(728,181,'change_communicationevent','Can change Communication Event');
INSERT INTO "auth_permission" VALUES(729,181,'delete_communicationevent','Can delete Communication Event');
INSERT INTO "auth_permission" VALUES(730,181,'view_communicationevent','Can view Communication Event');
INSERT INTO "auth_permission" VALUES(731,182,'add_line','Can add Order Line');
INSERT INTO "auth_permission" VALUES(732,182,'change_line','Can change Order Line');
INSERT INTO "auth_permission" VALUES(733,182,'delete_line','Can delete Order Line');
INSERT INTO "auth_permission" VALUES(734,182,'view_line','Can view Order Line');
INSERT INTO "auth_permission" VALUES(735,183,'add_lineattribute','Can add Line Attribute');
INSERT INTO "auth_permission" VALUES(736,183,'change_lineattribute','Can change Line Attribute');
INSERT INTO "auth_permission" VALUES(737,183,'delete_lineattribute','Can delete Line Attribute');
INSERT INTO "auth_permission" VALUES(738,183,'view_lineattribute','Can view Line Attribute');
INSERT INTO "auth_permission" VALUES(739,184,'add_lineprice','Can add Line Price');
INSERT INTO "auth_permission" VALUES(740,184,'change_lineprice','Can change Line Price');
INSERT INTO "auth_permission" VALUES(741,184,'delete_lineprice','Can delete Line Price');
INSERT INTO "auth_permission" VALUES(742,184,'view_lineprice','Can view Line Price');
INSERT INTO "auth_permission" VALUES(743,185,'add_order','Can add Order');
INSERT INTO "auth_permission" VALUES(744,185,'change_order','Can change Order');
INSERT INTO "auth_permission" VALUES(745,185,'delete_order','Can delete Order');
INSERT INTO "auth_permission" VALUES(746,185,'view_order','Can view Order');
INSERT INTO "auth_permission" VALUES(747,186,'add_orderdiscount','Can add Order Discount');
INSERT INTO "auth_permission" VALUES(748,186,'change_orderdiscount','Can change Order Discount');
INSERT INTO "auth_permission" VALUES(749,186,'delete_orderdiscount','Can delete Order Discount');
INSERT INTO "auth_permission" VALUES(750,186,'view_orderdiscount','Can view Order Discount');
INSERT INTO "auth_permission" VALUES(751,187,'add_ordernote','Can add Order Note');
INSERT INTO "auth_permission" VALUES(752,187,'change_ordernote','Can change Order Note');
INSERT INTO "auth_permission" VALUES(753,187,'delete_ordernote','Can delete Order Note');
INSERT INTO "auth_permission" VALUES(754,187,'view_ordernote','Can view Order Note');
INSERT INTO "auth_permission" VALUES(755,188,'add_paymentevent','Can add Payment Event');
INSERT INTO "auth_permission" VALUES(756,188,'change_paymentevent','Can change Payment Event');
INSERT INTO "auth_permission" VALUES(757,188,'delete_paymentevent','Can delete Payment Event');
INSERT INTO "auth_permission" VALUES(758,188,'view_paymentevent','Can view Payment Event');
INSERT INTO "auth_permission" VALUES(759,189,'add_paymenteventquantity','Can add Payment Event Quantity');
INSERT INTO "auth_permission" VALUES(760,189,'change_paymenteventquantity','Can change Payment Event Quantity');
INSERT INTO "auth_permission" VALUES(761,189,'delete_paymenteventquantity','Can delete Payment Event Quantity');
INSERT INTO "auth_permission" VALUES(762,189,'view_paymenteventquantity','Can view Payment Event Quantity');
INSERT INTO "auth_permission" VALUES(763,190,'add_paymenteventtype','Can add Payment Event Type');
INSERT INTO "auth_permission" VALUES(764,190,'change_paymenteventtype','Can change Payment Event Type');
INSERT INTO "auth_permission" VALUES(765,190,'delete_paymenteventtype','Can delete Payment Event Type');
INSERT INTO "auth_permission" VALUES(766,190,'view_paymenteventtype','Can view Payment Event Type');
INSERT INTO "auth_permission" VALUES(767,191,'add_shippingaddress','Can add Shipping address');
INSERT INTO "auth_permission" VALUES(768,191,'change_shippingaddress','Can change Shipping address');
INSERT INTO "auth_permission" VALUES(769,191,'delete_shippingaddress','Can delete Shipping address');
INSERT INTO "auth_permission" VALUES(770,191,'view_shippingaddress','Can view Shipping address');
INSERT INTO "auth_permission" VALUES(771,192,'add_shippingevent','Can add Shipping Event');
INSERT INTO "auth_permission" VALUES(772,192,'change_shippingevent','Can change Shipping Event');
INSERT INTO "auth_permission" VALUES(773,192,'delete_shippingevent','Can delete Shipping Event');
INSERT INTO "auth_permission" VALUES(774,192,'view_shippingevent','Can view Shipping Event');
INSERT INTO "auth_permission" VALUES(775,193,'add_shippingeventquantity','Can add Shipping Event Quantity');
INSERT INTO "auth_permission" VALUES(776,193,'change_shippingeventquantity','Can change Shipping Event Quantity');
INSERT INTO "auth_permission" VALUES(777,193,'delete_shippingeventquantity','Can delete Shipping Event Quantity');
INSERT INTO "auth_permission" VALUES(778,193,'view_shippingeventquantity','Can view Shipping Event Quantity');
INSERT INTO "auth_permission" VALUES(779,194,'add_shippingeventtype','Can add Shipping Event Type');
INSERT INTO "auth_permission" VALUES(780,194,'change_shippingeventtype','Can change Shipping Event Type');
INSERT INTO "auth_permission" VALUES(781,194,'delete_shippingeventtype','Can delete Shipping Event Type');
INSERT INTO "auth_permission" VALUES(782,194,'view_shippingeventtype','Can view Shipping Event Type');
INSERT INTO "auth_permission" VALUES(783,195,'add_orderstatuschange','Can add Order Status Change');
INSERT INTO "auth_permission" VALUES(784,195,'change_orderstatuschange','Can change Order Status Change');
INSERT INTO "auth_permission" VALUES(785,195,'delete_orderstatuschange','Can delete Order Status Change');
INSERT INTO "auth_permission" VALUES(786,195,'view_orderstatuschange','Can view Order Status Change');
INSERT INTO "auth_permission" VALUES(787,196,'add_surcharge','Can add Surcharge');
INSERT INTO "auth_permission" VALUES(788,196,'change_surcharge','Can change Surcharge');
INSERT INTO "auth_permission" VALUES(789,196,'delete_surcharge','Can delete Surcharge');
INSERT INTO "auth_permission" VALUES(790,196,'view_surcharge','Can view Surcharge');
INSERT INTO "auth_permission" VALUES(791,197,'add_orderlinediscount','Can add Order line discount');
INSERT INTO "auth_permission" VALUES(792,197,'change_orderlinediscount','Can change Order line discount');
INSERT INTO "auth_permission" VALUES(793,197,'delete_orderlinediscount','Can delete Order line discount');
INSERT INTO "auth_permission" VALUES(794,197,'view_orderlinediscount','Can view Order line discount');
INSERT INTO "auth_permission" VALUES(795,198,'add_productalert','Can add Product alert');
INSERT INTO "auth_permission" VALUES(796,198,'change_productalert','Can change Product alert');
INSERT INTO "auth_permission" VALUES(797,198,'delete_productalert','Can delete Product alert');
INSERT INTO "auth_permission" VALUES(798,198,'view_productalert','Can view Product alert');
INSERT INTO "auth_permission" VALUES(799,199,'add_voucher','Can add Voucher');
INSERT INTO "auth_permission" VALUES(800,199,'change_voucher','Can change Voucher');
INSERT INTO "auth_permission" VALUES(801,199,'delete_voucher','Can delete Voucher');
INSERT INTO "auth_permission" VALUES(802,199,'view_voucher','Can view Voucher');
INSERT INTO "auth_permission" VALUES(803,200,'add_voucherapplication','Can add Voucher Application');
INSERT INTO "auth_permission" VALUES(804,200,'change_voucherapplication','Can change Voucher Application');
INSERT INTO "auth_permission" VALUES(805,200,'delete_voucherapplication','Can delete Voucher Application');
INSERT INTO "auth_permission" VALUES(806,200,'view_voucherapplication','Can view Voucher Application');
INSERT INTO "auth_permission" VALUES(807,201,'add_voucherset','Can add VoucherSet');
INSERT INTO "auth_permission" VALUES(808,201,'change_voucherset','Can change VoucherSet');
INSERT INTO "auth_permission" VALUES(809,201,'delete_voucherset','Can delete VoucherSet');
INSERT INTO "auth_permission" VALUES(810,201,'view_voucherset','Can view VoucherSet');
INSERT INTO "auth_permission" VALUES(811,202,'add_line','Can add Wish list line');
INSERT INTO "auth_permission" VALUES(812,202,'change_line','Can change Wish list line');
INSERT INTO "auth_permission" VALUES(813,202,'delete_line','Can delete Wish list line');
INSERT INTO "auth_permission" VALUES(814,202,'view_line','Can view Wish list line');
INSERT INTO "auth_permission" VALUES(815,203,'add_wishlist','Can add Wish List');
INSERT INTO "auth_permission" VALUES(816,203,'change_wishlist','Can change Wish List');
INSERT INTO "auth_permission" VALUES(817,203,'delete_wishlist','Can delete Wish List');
INSERT INTO "auth_permission" VALUES(818,203,'view_wishlist','Can view Wish List');
INSERT INTO "auth_permission" VALUES(819,204,'add_wishlistsharedemail','Can add Wish list shared email');
INSERT INTO "auth_permission" VALUES(820,204,'change_wishlistsharedemail','Can change Wish list shared email');
INSERT INTO "auth_permission" VALUES(821,204,'delete_wishlistsharedemail','Can delete Wish list shared email');
INSERT INTO "auth_permission" VALUES(822,204,'view_wishlistsharedemail','Can view Wish list shared email');
INSERT INTO "auth_permission" VALUES(823,205,'add_kvstore','Can add kv store');
INSERT INTO "auth_permission" VALUES(824,205,'change_kvstore','Can change kv store');
INSERT INTO "auth_permission" VALUES(825,205,'delete_kvstore','Can delete kv store');
INSERT INTO "auth_permission" VALUES(826,205,'view_kvstore','Can view kv store');
INSERT INTO "auth_permission" VALUES(827,206,'add_accessattempt','Can add access attempt');
INSERT INTO "auth_permission" VALUES(828,206,'change_accessattempt','Can change access attempt');
INSERT INTO "auth_permission" VALUES(829,206,'delete_accessattempt','Can delete access attempt');
INSERT INTO "auth_permission" VALUES(830,206,'view_accessattempt','Can view access attempt');
INSERT INTO "auth_permission" VALUES(831,207,'add_accesslog','Can add access log');
INSERT INTO "auth_permission" VALUES(832,207,'change_accesslog','Can change access log');
INSERT INTO "auth_permission" VALUES(833,207,'delete_accesslog','Can delete access log');
INSERT INTO "auth_permission" VALUES(834,207,'view_accesslog','Can view access log');
INSERT INTO "auth_permission" VALUES(835,208,'add_accessfailurelog','Can add access failure');
INSERT INTO "auth_permission" VALUES(836,208,'change_accessfailurelog','Can change access failure');
INSERT INTO "auth_permission" VALUES(837,208,'delete_accessfailurelog','Can delete access failure');
INSERT INTO "auth_permission" VALUES(838,208,'view_accessfailurelog','Can view access failure');
INSERT INTO "auth_permission" VALUES(839,209,'add_accessattemptexpiration','Can add access attempt expiration');
INSERT INTO "auth_permission" VALUES(840,209,'change_accessattemptexpiration','Can change access attempt expiration');
INSERT INTO "auth_permission" VALUES(841,209,'delete_accessattemptexpiration','Can delete access attempt expiration');
INSERT INTO "auth_permission" VALUES(842,209,'view_accessattemptexpiration','Can view access attempt expiration');
INSERT INTO "auth_permission" VALUES(843,210,'add_formsubmission','Can add form submission');
INSERT INTO "auth_permission" VALUES(844,210,'change_formsubmission','Can change form submission');
INSERT INTO "auth_permission" VALUES(845,210,'delete_formsubmission','Can delete form submission');
INSERT INTO "auth_permission" VALUES(846,210,'view_formsubmission','Can view form submission');
INSERT INTO "auth_permission" VALUES(847,211,'add_redirect','Can add redirect');
INSERT INTO "auth_permission" VALUES(848,211,'change_redirect','Can change redirect');
INSERT INTO "auth_permission" VALUES(849,211,'delete_redirect','Can delete redirect');
INSERT INTO "auth_permission" VALUES(850,211,'view_redirect','Can view redirect');
INSERT INTO "auth_permission" VALUES(851,212,'add_embed','Can add embed');
INSERT INTO "auth_permission" VALUES(852,212,'change_embed','Can change embed');
INSERT INTO "auth_permission" VALUES(853,212,'delete_embed','Can delete embed');
INSERT INTO "auth_permission" VALUES(854,212,'view_embed','Can view embed');
INSERT INTO "auth_permission" VALUES(855,213,'add_userprofile','Can add user profile');
INSERT INTO "auth_permission" VALUES(856,213,'change_userprofile','Can change user profile');
INSERT INTO "auth_permission" VALUES(857,213,'delete_userprofile','Can delete user profile');
INSERT INTO "auth_permission" VALUES(858,213,'view_userprofile','Can view user profile');
INSERT INTO "auth_permission" VALUES(859,28,'view_document','Can view document');
INSERT INTO "auth_permission" VALUES(860,29,'view_image','Can view image');
INSERT INTO "auth_permission" VALUES(861,214,'add_rendition','Can add rendition');
INSERT INTO "auth_permission" VALUES(862,214,'change_rendition','Can change rendition');
INSERT INTO "auth_permission" VALUES(863,214,'delete_rendition','Can delete rendition');
INSERT INTO "auth_permission" VALUES(864,214,'view_rendition','Can view rendition');
INSERT INTO "auth_permission" VALUES(865,215,'add_indexentry','Can add index entry');
INSERT INTO "auth_permission" VALUES(866,215,'change_indexentry','Can change index entry');
INSERT INTO "auth_permission" VALUES(867,215,'delete_indexentry','Can delete index entry');
INSERT INTO "auth_permission" VALUES(868,215,'view_indexentry','Can view index entry');
INSERT INTO "auth_permission" VALUES(869,216,'add_sqliteftsindexentry','Can add sqliteftsindexentry');
INSERT INTO "auth_permission" VALUES(870,216,'change_sqliteftsindexentry','Can change sqliteftsindexentry');
INSERT INTO "auth_permission" VALUES(871,216,'delete_sqliteftsindexentry','Can delete sqliteftsindexentry');
INSERT INTO "auth_permission" VALUES(872,216,'view_sqliteftsindexentry','Can view sqliteftsindexentry');
INSERT INTO "auth_permission" VALUES(873,217,'add_editingsession','Can add editing session');
INSERT INTO "auth_permission" VALUES(874,217,'change_editingsession','Can change editing session');
INSERT INTO "auth_permission" VALUES(875,217,'delete_editingsession','Can delete editing session');
INSERT INTO "auth_permission" VALUES(876,217,'view_editingsession','Can view editing session');
INSERT INTO "auth_permission" VALUES(877,218,'add_formstate','Can add form state');
INSERT INTO "auth_permission" VALUES(878,218,'change_formstate','Can change form state');
INSERT INTO "auth_permission" VALUES(879,218,'delete_formstate','Can delete form state');
INSERT INTO "auth_permission" VALUES(880,218,'view_formstate','Can view form state');
INSERT INTO "auth_permission" VALUES(881,219,'add_tag','Can add tag');
INSERT INTO "auth_permission" VALUES(882,219,'change_tag','Can change tag');
INSERT INTO "auth_permission" VALUES(883,219,'delete_tag','Can delete tag');
INSERT INTO "auth_permission" VALUES(884,219,'view_tag','Can view tag');
INSERT INTO "auth_permission" VALUES(885,220,'add_taggeditem','Can add tagged item');
INSERT INTO "auth_permission" VALUES(886,220,'change_taggeditem','Can change tagged item');
INSERT INTO "auth_permission" VALUES(887,220,'delete_taggeditem','Can delete tagged item');
INSERT INTO "auth_permission" VALUES(888,220,'view_taggeditem','Can view tagged item');
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
INSERT INTO "auth_group" VALUES(1,'All Oscar Dashboard Permissions');
INSERT INTO "auth_group" VALUES(2,'Moderators');
INSERT INTO "auth_group" VALUES(3,'Editors');
CREATE TABLE "shopflow_users_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "email" varchar(254) NOT NULL UNIQUE, "first_name" varchar(255) NOT NULL, "last_name" varchar(255) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL);
CREATE TABLE "shopflow_users_user_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_users_user_user_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "address_country" ("iso_3166_1_a2" varchar(2) NOT NULL PRIMARY KEY, "iso_3166_1_a3" varchar(3) NOT NULL, "iso_3166_1_numeric" varchar(3) NOT NULL, "name" varchar(128) NOT NULL, "display_order" smallint unsigned NOT NULL CHECK ("display_order" >= 0), "is_shipping_country" bool NOT NULL, "printable_name" varchar(128) NOT NULL);
CREATE TABLE "address_useraddress" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(64) NOT NULL, "first_name" varchar(255) NOT NULL, "last_name" varchar(255) NOT NULL, "line1" varchar(255) NOT NULL, "line2" varchar(255) NOT NULL, "line3" varchar(255) NOT NULL, "line4" varchar(255) NOT NULL, "state" varchar(255) NOT NULL, "postcode" varchar(64) NOT NULL, "search_text" text NOT NULL, "phone_number" varchar(128) NOT NULL, "notes" text NOT NULL, "is_default_for_shipping" bool NOT NULL, "is_default_for_billing" bool NOT NULL, "hash" varchar(255) NOT NULL, "date_created" datetime NOT NULL, "country_id" varchar(2) NOT NULL REFERENCES "address_country" ("iso_3166_1_a2") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "num_orders_as_shipping_address" integer unsigned NOT NULL CHECK ("num_orders_as_shipping_address" >= 0), "num_orders_as_billing_address" integer unsigned NOT NULL CHECK ("num_orders_as_billing_address" >= 0), "code" varchar(255) NULL UNIQUE);
CREATE TABLE "django_admin_log" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" text NULL, "object_repr" varchar(200) NOT NULL, "action_flag" smallint unsigned NOT NULL CHECK ("action_flag" >= 0), "change_message" text NOT NULL, "content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "action_time" datetime NOT NULL);
CREATE TABLE "catalogue_productattribute" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(128) NOT NULL, "code" varchar(128) NOT NULL, "type" varchar(20) NOT NULL, "required" bool NOT NULL, "option_group_id" bigint NULL REFERENCES "catalogue_attributeoptiongroup" ("id") DEFERRABLE INITIALLY DEFERRED, "product_class_id" bigint NULL REFERENCES "catalogue_productclass" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "catalogue_productcategory" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "category_id" bigint NOT NULL REFERENCES "catalogue_category" ("id") DEFERRABLE INITIALLY DEFERRED, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "catalogue_productclass" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(128) NOT NULL, "slug" varchar(128) NOT NULL UNIQUE, "requires_shipping" bool NOT NULL, "track_stock" bool NOT NULL);
CREATE TABLE "catalogue_productclass_options" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "productclass_id" bigint NOT NULL REFERENCES "catalogue_productclass" ("id") DEFERRABLE INITIALLY DEFERRED, "option_id" bigint NOT NULL REFERENCES "catalogue_option" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "catalogue_product_product_options" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "option_id" bigint NOT NULL REFERENCES "catalogue_option" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "analytics_userrecord" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "num_product_views" integer unsigned NOT NULL CHECK ("num_product_views" >= 0), "num_basket_additions" integer unsigned NOT NULL CHECK ("num_basket_additions" >= 0), "num_orders" integer unsigned NOT NULL CHECK ("num_orders" >= 0), "num_order_lines" integer unsigned NOT NULL CHECK ("num_order_lines" >= 0), "num_order_items" integer unsigned NOT NULL CHECK ("num_order_items" >= 0), "total_spent" decimal NOT NULL, "date_last_order" datetime NULL, "user_id" bigint NOT NULL UNIQUE REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "analytics_usersearch" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "query" varchar(255) NOT NULL, "date_created" datetime NOT NULL, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "analytics_userproductview" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "date_created" datetime NOT NULL, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "analytics_productrecord" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "num_views" integer unsigned NOT NULL CHECK ("num_views" >= 0), "num_basket_additions" integer unsigned NOT NULL CHECK ("num_basket_additions" >= 0), "num_purchases" integer unsigned NOT NULL CHECK ("num_purchases" >= 0), "score" real NOT NULL, "product_id" bigint NOT NULL UNIQUE REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "axes_accessattempt" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_agent" varchar(255) NOT NULL, "ip_address" char(39) NULL, "username" varchar(255) NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" datetime NOT NULL, "get_data" text NOT NULL, "post_data" text NOT NULL, "failures_since_start" integer unsigned NOT NULL CHECK ("failures_since_start" >= 0));
CREATE TABLE "axes_accessfailurelog" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_agent" varchar(255) NOT NULL, "ip_address" char(39) NULL, "username" varchar(255) NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" datetime NOT NULL, "locked_out" bool NOT NULL);
CREATE TABLE "axes_accesslog" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_agent" varchar(255) NOT NULL, "ip_address" char(39) NULL, "username" varchar(255) NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" datetime NOT NULL, "logout_time" datetime NULL, "session_hash" varchar(64) NOT NULL);
CREATE TABLE "axes_accessattemptexpiration" ("access_attempt_id" integer NOT NULL PRIMARY KEY REFERENCES "axes_accessattempt" ("id") DEFERRABLE INITIALLY DEFERRED, "expires_at" datetime NOT NULL);
CREATE TABLE "basket_basket" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "status" varchar(128) NOT NULL, "date_created" datetime NOT NULL, "date_merged" datetime NULL, "date_submitted" datetime NULL, "owner_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "order_orderdiscount" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "category" varchar(64) NOT NULL, "offer_id" integer unsigned NULL CHECK ("offer_id" >= 0), "offer_name" varchar(128) NOT NULL, "voucher_id" integer unsigned NULL CHECK ("voucher_id" >= 0), "voucher_code" varchar(128) NOT NULL, "frequency" integer unsigned NULL CHECK ("frequency" >= 0), "amount" decimal NOT NULL, "message" text NOT NULL, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "order_ordernote" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "note_type" varchar(128) NOT NULL, "message" text NOT NULL, "date_created" datetime NOT NULL, "date_updated" datetime NOT NULL, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "order_paymenteventquantity" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "event_id" bigint NOT NULL REFERENCES "order_paymentevent" ("id") DEFERRABLE INITIALLY DEFERRED, "line_id" bigint NOT NULL REFERENCES "order_line" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "order_paymenteventtype" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(128) NOT NULL UNIQUE, "code" varchar(128) NOT NULL UNIQUE);
CREATE TABLE "order_shippingeventquantity" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "event_id" bigint NOT NULL REFERENCES "order_shippingevent" ("id") DEFERRABLE INITIALLY DEFERRED, "line_id" bigint NOT NULL REFERENCES "order_line" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "order_shippingeventtype" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(255) NOT NULL UNIQUE, "code" varchar(128) NOT NULL UNIQUE);
CREATE TABLE "order_lineprice" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "price_incl_tax" decimal NOT NULL, "price_excl_tax" decimal NOT NULL, "shipping_incl_tax" decimal NOT NULL, "shipping_excl_tax" decimal NOT NULL, "line_id" bigint NOT NULL REFERENCES "order_line" ("id") DEFERRABLE INITIALLY DEFERRED, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "tax_code" varchar(64) NULL);
CREATE TABLE "offer_range_classes" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "range_id" bigint NOT NULL REFERENCES "offer_range" ("id") DEFERRABLE INITIALLY DEFERRED, "productclass_id" bigint NOT NULL REFERENCES "catalogue_productclass" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "offer_range_excluded_products" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "range_id" bigint NOT NULL REFERENCES "offer_range" ("id") DEFERRABLE INITIALLY DEFERRED, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "offer_range_included_categories" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "range_id" bigint NOT NULL REFERENCES "offer_range" ("id") DEFERRABLE INITIALLY DEFERRED, "category_id" bigint NOT NULL REFERENCES "catalogue_category" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "offer_rangeproduct" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "display_order" integer NOT NULL, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "range_id" bigint NOT NULL REFERENCES "offer_range" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "offer_range" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(128) NOT NULL UNIQUE, "slug" varchar(128) NOT NULL UNIQUE, "description" text NOT NULL, "is_public" bool NOT NULL, "includes_all_products" bool NOT NULL, "proxy_class" varchar(255) NULL UNIQUE, "date_created" datetime NOT NULL);
CREATE TABLE "voucher_voucher_offers" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "voucher_id" bigint NOT NULL REFERENCES "voucher_voucher" ("id") DEFERRABLE INITIALLY DEFERRED, "conditionaloffer_id" bigint NOT NULL REFERENCES "offer_conditionaloffer" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "basket_basket_vouchers" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "basket_id" bigint NOT NULL REFERENCES "basket_basket" ("id") DEFERRABLE INITIALLY DEFERRED, "voucher_id" bigint NOT NULL REFERENCES "voucher_voucher" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "basket_line" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "line_reference" varchar(128) NOT NULL, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "price_currency" varchar(12) NOT NULL, "price_excl_tax" decimal NULL, "price_incl_tax" decimal NULL, "date_created" datetime NOT NULL, "basket_id" bigint NOT NULL REFERENCES "basket_basket" ("id") DEFERRABLE INITIALLY DEFERRED, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "stockrecord_id" bigint NOT NULL REFERENCES "partner_stockrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "date_updated" datetime NOT NULL, "tax_code" varchar(64) NULL);
CREATE TABLE "basket_lineattribute" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "line_id" bigint NOT NULL REFERENCES "basket_line" ("id") DEFERRABLE INITIALLY DEFERRED, "option_id" bigint NOT NULL REFERENCES "catalogue_option" ("id") DEFERRABLE INITIALLY DEFERRED, "value" text NOT NULL CHECK ((JSON_VALID("value") OR "value" IS NULL)));
CREATE TABLE "catalogue_productattributevalue_value_multi_option" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "productattributevalue_id" bigint NOT NULL REFERENCES "catalogue_productattributevalue" ("id") DEFERRABLE INITIALLY DEFERRED, "attributeoption_id" bigint NOT NULL REFERENCES "catalogue_attributeoption" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "catalogue_productrecommendation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "primary_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "recommendation_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "ranking" smallint unsigned NOT NULL CHECK ("ranking" >= 0));
CREATE TABLE "catalogue_option" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(128) NOT NULL UNIQUE, "type" varchar(255) NOT NULL, "required" bool NOT NULL, "name" varchar(128) NOT NULL, "help_text" varchar(255) NULL, "option_group_id" bigint NULL REFERENCES "catalogue_attributeoptiongroup" ("id") DEFERRABLE INITIALLY DEFERRED, "order" integer NULL);
CREATE TABLE "catalogue_productattributevalue" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "value_text" text NULL, "value_integer" integer NULL, "value_float" real NULL, "value_richtext" text NULL, "value_date" date NULL, "value_file" varchar(255) NULL, "value_image" varchar(255) NULL, "entity_object_id" integer unsigned NULL CHECK ("entity_object_id" >= 0), "attribute_id" bigint NOT NULL REFERENCES "catalogue_productattribute" ("id") DEFERRABLE INITIALLY DEFERRED, "entity_content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "value_option_id" bigint NULL REFERENCES "catalogue_attributeoption" ("id") DEFERRABLE INITIALLY DEFERRED, "value_datetime" datetime NULL, "value_boolean" bool NULL);
CREATE TABLE "catalogue_attributeoption" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "option" varchar(255) NOT NULL, "group_id" bigint NOT NULL REFERENCES "catalogue_attributeoptiongroup" ("id") DEFERRABLE INITIALLY DEFERRED, "code" varchar(255) NULL UNIQUE);
CREATE TABLE "catalogue_attributeoptiongroup" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(128) NOT NULL, "code" varchar(255) NULL UNIQUE);
CREATE TABLE "catalogue_productimage" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "original" varchar(255) NOT NULL, "caption" varchar(200) NOT NULL, "display_order" integer unsigned NOT NULL CHECK ("display_order" >= 0), "date_created" datetime NOT NULL, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "code" varchar(255) NULL UNIQUE);
CREATE TABLE "catalogue_product" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "structure" varchar(10) NOT NULL, "upc" varchar(64) NULL UNIQUE, "title" varchar(255) NOT NULL, "slug" varchar(255) NOT NULL, "description" text NOT NULL, "rating" real NULL, "date_created" datetime NOT NULL, "date_updated" datetime NOT NULL, "is_discountable" bool NOT NULL, "product_class_id" bigint NULL REFERENCES "catalogue_productclass" ("id") DEFERRABLE INITIALLY DEFERRED, "is_public" bool NOT NULL, "meta_description" text NULL, "meta_title" varchar(255) NULL, "priority" smallint NOT NULL, "code" varchar(255) NULL UNIQUE, "parent_id" bigint NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "catalogue_category" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "path" varchar(255) NOT NULL UNIQUE, "depth" integer unsigned NOT NULL CHECK ("depth" >= 0), "numchild" integer unsigned NOT NULL CHECK ("numchild" >= 0), "name" varchar(255) NOT NULL, "description" text NOT NULL, "image" varchar(255) NULL, "slug" varchar(255) NOT NULL, "ancestors_are_public" bool NOT NULL, "is_public" bool NOT NULL, "meta_description" text NULL, "meta_title" varchar(255) NULL, "code" varchar(255) NULL UNIQUE, "exclude_from_menu" bool NOT NULL, "long_description" text NOT NULL);
CREATE TABLE "order_communicationevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "event_type_id" bigint NOT NULL REFERENCES "communication_communicationeventtype" ("id") DEFERRABLE INITIALLY DEFERRED, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "order_orderstatuschange" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "old_status" varchar(100) NOT NULL, "new_status" varchar(100) NOT NULL, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "order_paymentevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "amount" decimal NOT NULL, "reference" varchar(128) NOT NULL, "event_type_id" bigint NOT NULL REFERENCES "order_paymenteventtype" ("id") DEFERRABLE INITIALLY DEFERRED, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "shipping_event_id" bigint NULL REFERENCES "order_shippingevent" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "order_shippingevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "notes" text NOT NULL, "event_type_id" bigint NOT NULL REFERENCES "order_shippingeventtype" ("id") DEFERRABLE INITIALLY DEFERRED, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "communication_email" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "subject" text NOT NULL, "body_text" text NOT NULL, "body_html" text NOT NULL, "date_sent" datetime NOT NULL, "email" varchar(254) NULL, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "communication_notification" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "subject" varchar(255) NOT NULL, "body" text NOT NULL, "location" varchar(32) NOT NULL, "date_read" datetime NULL, "recipient_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "sender_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "date_sent" datetime NOT NULL);
CREATE TABLE "communication_communicationeventtype" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(128) NOT NULL UNIQUE, "category" varchar(255) NOT NULL, "email_subject_template" varchar(255) NULL, "email_body_template" text NULL, "email_body_html_template" text NULL, "sms_template" varchar(170) NULL, "date_created" datetime NOT NULL, "date_updated" datetime NOT NULL, "name" varchar(255) NOT NULL);
CREATE TABLE "reviews_vote" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "delta" smallint NOT NULL, "date_created" datetime NOT NULL, "review_id" bigint NOT NULL REFERENCES "reviews_productreview" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "django_flatpage" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "url" varchar(100) NOT NULL, "title" varchar(200) NOT NULL, "content" text NOT NULL, "enable_comments" bool NOT NULL, "template_name" varchar(70) NOT NULL, "registration_required" bool NOT NULL);
CREATE TABLE "django_flatpage_sites" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "flatpage_id" integer NOT NULL REFERENCES "django_flatpage" ("id") DEFERRABLE INITIALLY DEFERRED, "site_id" integer NOT NULL REFERENCES "django_site" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "customer_productalert" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "email" varchar(254) NOT NULL, "key" varchar(128) NOT NULL, "status" varchar(20) NOT NULL, "date_confirmed" datetime NULL, "date_cancelled" datetime NULL, "date_closed" datetime NULL, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "shopflow_parts_partfitment" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "hsn" varchar(4) NOT NULL, "tsn" varchar(3) NOT NULL, "model" varchar(80) NOT NULL, "year_from" smallint unsigned NOT NULL CHECK ("year_from" >= 0), "year_to" smallint unsigned NOT NULL CHECK ("year_to" >= 0), "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_fitment_once" UNIQUE ("part_id", "hsn", "tsn", "model", "year_from", "year_to"));
CREATE TABLE "shopflow_parts_partreference" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(8) NOT NULL, "brand_code" varchar(32) NOT NULL, "number_display" varchar(64) NOT NULL, "number_key" varchar(64) NOT NULL, "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_reference_once" UNIQUE ("part_id", "kind", "brand_code", "number_key"));
CREATE TABLE "shopflow_parts_pricehistory" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "old_net_cents" integer unsigned NOT NULL CHECK ("old_net_cents" >= 0), "new_net_cents" integer unsigned NOT NULL CHECK ("new_net_cents" >= 0), "valid_from" datetime NOT NULL, "run_id" bigint NULL, "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_price_really_changed" CHECK (NOT ("old_net_cents" = ("new_net_cents"))));
CREATE TABLE "shopflow_parts_manufacturer" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(160) NOT NULL UNIQUE, "postal_address" text NOT NULL, "electronic_address" varchar(254) NOT NULL, "is_in_eu" bool NOT NULL, "responsible_name" varchar(160) NOT NULL, "responsible_postal_address" text NOT NULL, "responsible_electronic_address" varchar(254) NOT NULL);
CREATE TABLE "shopflow_parts_partdocument" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(128) NOT NULL UNIQUE, "kind" varchar(8) NOT NULL, "title" varchar(160) NOT NULL, "file" varchar(100) NOT NULL, "size" integer unsigned NOT NULL CHECK ("size" >= 0), "added_at" datetime NOT NULL);
CREATE TABLE "shopflow_parts_publishingdemand" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(64) NOT NULL UNIQUE, "is_on" bool NOT NULL, "starts_on" date NULL);
CREATE TABLE "shopflow_parts_vehiclemaker" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "hsn" varchar(4) NOT NULL UNIQUE, "name" varchar(60) NOT NULL);
CREATE TABLE "shopflow_parts_brand" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(32) NOT NULL UNIQUE, "name" varchar(120) NOT NULL, "number_rule" varchar(64) NOT NULL, "safety_text" text DEFAULT '' NOT NULL, "manufacturer_id" bigint NULL REFERENCES "shopflow_parts_manufacturer" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_parts_partsuccession" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "position" smallint unsigned NOT NULL CHECK ("position" >= 0), "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "successor_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "kind" varchar(9) NOT NULL, CONSTRAINT "sf_succession_once" UNIQUE ("part_id", "successor_id"), CONSTRAINT "sf_succession_not_self" CHECK (NOT ("part_id" = ("successor_id"))));
CREATE TABLE "shopflow_parts_goodscategory" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "goods_class" varchar(8) NOT NULL, "is_guess" bool NOT NULL, "category_id" bigint NOT NULL UNIQUE REFERENCES "catalogue_category" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_parts_partdocument_parts" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "partdocument_id" bigint NOT NULL REFERENCES "shopflow_parts_partdocument" ("id") DEFERRABLE INITIALLY DEFERRED, "partrecord_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_parts_vehicletype" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "hsn" varchar(4) NOT NULL, "tsn" varchar(3) NOT NULL, "model" varchar(80) NOT NULL, "year_from" smallint unsigned NOT NULL CHECK ("year_from" >= 0), "year_to" smallint unsigned NOT NULL CHECK ("year_to" >= 0), CONSTRAINT "sf_vehicle_once" UNIQUE ("hsn", "tsn", "model", "year_from", "year_to"));
CREATE TABLE "shopflow_parts_currentpart" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(9) NOT NULL, "current_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_current_once" UNIQUE ("part_id", "current_id"));
CREATE TABLE "shopflow_parts_garagevehicle" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(60) NOT NULL, "hsn" varchar(4) NOT NULL, "tsn" varchar(3) NOT NULL, "model" varchar(120) NOT NULL, "year" smallint unsigned NOT NULL CHECK ("year" >= 0), "vin" varchar(17) NOT NULL, "created_at" datetime NOT NULL, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_garage_once" UNIQUE ("user_id", "hsn", "tsn", "year", "vin"), CONSTRAINT "sf_garage_known" CHECK ((("hsn" > '' AND "tsn" > '') OR "vin" > '')));
CREATE TABLE "shopflow_parts_partrelation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(8) NOT NULL, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "position" smallint unsigned NOT NULL CHECK ("position" >= 0), "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "related_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_relation_once" UNIQUE ("part_id", "related_id", "kind"), CONSTRAINT "sf_relation_not_self" CHECK (NOT ("part_id" = ("related_id"))), CONSTRAINT "sf_relation_quantity" CHECK ("quantity" > 0));
CREATE TABLE "shopflow_parts_partvinpattern" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "pattern" varchar(17) NOT NULL, "prefix" varchar(17) NOT NULL, "model" varchar(80) NOT NULL, "year_from" smallint unsigned NOT NULL CHECK ("year_from" >= 0), "year_to" smallint unsigned NOT NULL CHECK ("year_to" >= 0), "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_vin_once" UNIQUE ("part_id", "pattern", "year_from", "year_to"), CONSTRAINT "sf_vin_has_prefix" CHECK ("prefix" > ''));
CREATE TABLE "shopflow_parts_publishingblock" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "requirement" varchar(64) NOT NULL, "is_binding" bool NOT NULL, "since" datetime NOT NULL, "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_block_once" UNIQUE ("part_id", "requirement"));
CREATE TABLE "shopflow_parts_partrecord" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number_display" varchar(64) NOT NULL, "number_key" varchar(64) NOT NULL, "unit" varchar(3) NOT NULL, "pack_qty" integer unsigned NOT NULL CHECK ("pack_qty" >= 0), "price_per" smallint unsigned NOT NULL CHECK ("price_per" >= 0), "sales_qty" integer unsigned NOT NULL CHECK ("sales_qty" >= 0), "list_price_cents" integer unsigned NOT NULL CHECK ("list_price_cents" >= 0), "cost_cents" integer unsigned NULL CHECK ("cost_cents" >= 0), "discount_group" varchar(16) NOT NULL, "tax_code" varchar(8) NOT NULL, "core_deposit_cents" integer unsigned NULL CHECK ("core_deposit_cents" >= 0), "battery_deposit_gross_cents" integer unsigned NULL CHECK ("battery_deposit_gross_cents" >= 0), "un_number" varchar(8) NOT NULL, "weight_g" integer unsigned NULL CHECK ("weight_g" >= 0), "length_mm" integer unsigned NULL CHECK ("length_mm" >= 0), "width_mm" integer unsigned NULL CHECK ("width_mm" >= 0), "height_mm" integer unsigned NULL CHECK ("height_mm" >= 0), "customs_no" varchar(14) NOT NULL, "origin" varchar(2) NOT NULL, "status" varchar(8) NOT NULL, "lead_days" smallint unsigned NULL CHECK ("lead_days" >= 0), "valid_from" date NULL, "image_name" varchar(128) NOT NULL, "document_name" varchar(128) NOT NULL, "attributes" text NOT NULL CHECK ((JSON_VALID("attributes") OR "attributes" IS NULL)), "source" varchar(64) NOT NULL, "raw_hash" bigint NULL, "row_hash" bigint NULL, "imported_title" varchar(255) NOT NULL, "imported_description" text NOT NULL, "hidden_by_import" bool NOT NULL, "changed_by_run" bigint NULL, "brand_id" bigint NOT NULL REFERENCES "shopflow_parts_brand" ("id") DEFERRABLE INITIALLY DEFERRED, "imported_category_id" bigint NULL REFERENCES "catalogue_category" ("id") DEFERRABLE INITIALLY DEFERRED, "product_id" bigint NOT NULL UNIQUE REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "missing" bool NOT NULL, "approval_kind" varchar(8) DEFAULT '' NOT NULL, "approval_note" text DEFAULT '' NOT NULL, "approval_number" varchar(40) DEFAULT '' NOT NULL, "content_milli" integer unsigned NULL CHECK ("content_milli" >= 0), "content_unit" varchar(3) DEFAULT '' NOT NULL, "core_taxed" bool DEFAULT 0 NOT NULL, "goods_class" varchar(8) DEFAULT '' NOT NULL, "hazard_class" varchar(8) DEFAULT '' NOT NULL, "hidden_by_gate" bool DEFAULT 0 NOT NULL, "limited_quantity" bool DEFAULT 0 NOT NULL, "order_multiple" integer unsigned DEFAULT 1 NOT NULL CHECK ("order_multiple" >= 0), "pickup_only" bool DEFAULT 0 NOT NULL, "safety_text" text DEFAULT '' NOT NULL, "sale_restriction" varchar(12) DEFAULT '' NOT NULL, "season_from" smallint unsigned NULL CHECK ("season_from" >= 0), "season_to" smallint unsigned NULL CHECK ("season_to" >= 0), "manufacturer_id" bigint NULL REFERENCES "shopflow_parts_manufacturer" ("id") DEFERRABLE INITIALLY DEFERRED, "created_by_run" bigint NULL, "identity" bigint NULL, "missed_runs" smallint unsigned DEFAULT 0 NOT NULL CHECK ("missed_runs" >= 0), "relations_hash" bigint NULL, "stock_by_location" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("stock_by_location") OR "stock_by_location" IS NULL)), CONSTRAINT "sf_part_identity" UNIQUE ("brand_id", "number_key"), CONSTRAINT "sf_part_price_per" CHECK ("price_per" IN (1, 10, 100, 1000)), CONSTRAINT "sf_part_positive" CHECK (("list_price_cents" > 0 AND "pack_qty" > 0 AND "sales_qty" > 0)), CONSTRAINT "sf_part_has_number" CHECK (NOT ("number_key" = '')), CONSTRAINT "sf_part_season" CHECK ((("season_from" IS NULL AND "season_to" IS NULL) OR ("season_from" BETWEEN 1 AND 12 AND "season_to" BETWEEN 1 AND 12))), CONSTRAINT "sf_part_content" CHECK (("content_milli" IS NULL OR ("content_milli" > 0 AND "content_unit" > ''))), CONSTRAINT "sf_part_multiple" CHECK ("order_multiple" > 0));
CREATE TABLE "dealer_import_storedprofile" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(64) NOT NULL UNIQUE, "based_on" varchar(64) NOT NULL, "created_at" datetime NOT NULL);
CREATE TABLE "dealer_import_importorigin" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL UNIQUE, "profile" varchar(64) NOT NULL, "transport" varchar(64) NOT NULL, "settings" text NOT NULL CHECK ((JSON_VALID("settings") OR "settings" IS NULL)), "enabled" bool NOT NULL, "applies" bool NOT NULL, "every_minutes" integer unsigned NULL CHECK ("every_minutes" >= 0), "at_time" time NULL, "keep_days" smallint unsigned NOT NULL CHECK ("keep_days" >= 0), "due_at" datetime NULL, "checked_at" datetime NULL, "failures" smallint unsigned NOT NULL CHECK ("failures" >= 0), "last_error" text NOT NULL, "created_at" datetime NOT NULL, CONSTRAINT "di_origin_one_schedule" CHECK (("every_minutes" IS NULL OR "at_time" IS NULL)), CONSTRAINT "di_origin_minutes" CHECK (("every_minutes" IS NULL OR "every_minutes" > 0)));
CREATE TABLE "dealer_import_profiledraft" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(64) NOT NULL, "based_on" varchar(64) NOT NULL, "tables" text NOT NULL CHECK ((JSON_VALID("tables") OR "tables" IS NULL)), "evidence" text NOT NULL CHECK ((JSON_VALID("evidence") OR "evidence" IS NULL)), "file_name" varchar(255) NOT NULL, "stored_file" varchar(255) NOT NULL, "created_at" datetime NOT NULL, "run_id" bigint NULL REFERENCES "dealer_import_importrun" ("id") DEFERRABLE INITIALLY DEFERRED, "started_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "dealer_import_receivedfile" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "remote_key" varchar(500) NOT NULL, "fingerprint" varchar(200) NOT NULL, "file_name" varchar(255) NOT NULL, "source" varchar(64) NOT NULL, "sha256" varchar(64) NOT NULL, "profile_version" varchar(16) NOT NULL, "size" bigint unsigned NOT NULL CHECK ("size" >= 0), "state" varchar(8) NOT NULL, "stored_file" varchar(255) NOT NULL, "received_at" datetime NOT NULL, "origin_id" bigint NOT NULL REFERENCES "dealer_import_importorigin" ("id") DEFERRABLE INITIALLY DEFERRED, "run_id" bigint NULL REFERENCES "dealer_import_importrun" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "di_received_remote_once" UNIQUE ("origin_id", "remote_key", "fingerprint"));
CREATE TABLE "dealer_import_profileversion" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" integer unsigned NOT NULL CHECK ("number" >= 0), "tables" text NOT NULL CHECK ((JSON_VALID("tables") OR "tables" IS NULL)), "version" varchar(16) NOT NULL, "note" varchar(200) NOT NULL, "saved_at" datetime NOT NULL, "saved_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "profile_id" bigint NOT NULL REFERENCES "dealer_import_storedprofile" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "di_profile_number_once" UNIQUE ("profile_id", "number"));
CREATE TABLE "dealer_import_importfinding" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(32) NOT NULL, "severity" varchar(8) NOT NULL, "line" integer unsigned NOT NULL CHECK ("line" >= 0), "column" varchar(200) NOT NULL, "raw" varchar(200) NOT NULL, "hint" text NOT NULL, "run_id" bigint NOT NULL REFERENCES "dealer_import_importrun" ("id") DEFERRABLE INITIALLY DEFERRED, "corrected_by_id" bigint NULL REFERENCES "dealer_import_importrun" ("id") DEFERRABLE INITIALLY DEFERRED, "fields" text NULL CHECK ((JSON_VALID("fields") OR "fields" IS NULL)), "record" text NOT NULL);
CREATE TABLE "dealer_import_importrun" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "source" varchar(64) NOT NULL, "profile" varchar(64) NOT NULL, "profile_version" varchar(16) NOT NULL, "profile_tables" text NOT NULL CHECK ((JSON_VALID("profile_tables") OR "profile_tables" IS NULL)), "file_name" varchar(255) NOT NULL, "stored_file" varchar(255) NOT NULL, "sha256" varchar(64) NOT NULL, "size" bigint unsigned NOT NULL CHECK ("size" >= 0), "progress" bigint unsigned NOT NULL CHECK ("progress" >= 0), "dry_run" bool NOT NULL, "state" varchar(8) NOT NULL, "outcome" varchar(8) NOT NULL, "reason" varchar(32) NOT NULL, "message" text NOT NULL, "stamp" datetime NULL, "accepted" integer unsigned NOT NULL CHECK ("accepted" >= 0), "rejected" integer unsigned NOT NULL CHECK ("rejected" >= 0), "skipped" integer unsigned NOT NULL CHECK ("skipped" >= 0), "created" integer unsigned NOT NULL CHECK ("created" >= 0), "changed" integer unsigned NOT NULL CHECK ("changed" >= 0), "unchanged" integer unsigned NOT NULL CHECK ("unchanged" >= 0), "hidden" integer unsigned NOT NULL CHECK ("hidden" >= 0), "warnings" text NOT NULL CHECK ((JSON_VALID("warnings") OR "warnings" IS NULL)), "created_at" datetime NOT NULL, "started_at" datetime NULL, "finished_at" datetime NULL, "decision" varchar(9) NOT NULL, "decided_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "started_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "attempts" smallint unsigned NOT NULL CHECK ("attempts" >= 0), "heartbeat_at" datetime NULL, "mode" varchar(12) NOT NULL, "notified_at" datetime NULL, "percent" smallint unsigned NOT NULL CHECK ("percent" >= 0), "samples" text NOT NULL CHECK ((JSON_VALID("samples") OR "samples" IS NULL)), "step" varchar(12) NOT NULL, "undoes_id" bigint NULL UNIQUE REFERENCES "dealer_import_importrun" ("id") DEFERRABLE INITIALLY DEFERRED, "follows_id" bigint NULL UNIQUE REFERENCES "dealer_import_importrun" ("id") DEFERRABLE INITIALLY DEFERRED, "corrects_id" bigint NULL REFERENCES "dealer_import_importrun" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "di_run_done_has_outcome" CHECK ((NOT ("state" = 'done') OR NOT ("outcome" = ''))), CONSTRAINT "di_run_only_held_decided" CHECK (("decision" = '' OR "outcome" = 'held')));
CREATE TABLE "dealer_import_parallelrun" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "source" varchar(64) NOT NULL, "old_profile" varchar(64) NOT NULL, "new_profile" varchar(64) NOT NULL, "old_version" varchar(16) NOT NULL, "new_version" varchar(16) NOT NULL, "file_name" varchar(255) NOT NULL, "sha256" varchar(64) NOT NULL, "result" text NOT NULL CHECK ((JSON_VALID("result") OR "result" IS NULL)), "created_at" datetime NOT NULL, "started_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "dealer_import_undoentry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "run_id" bigint NOT NULL, "part_id" bigint NOT NULL, "field" varchar(32) NOT NULL, "old" text NULL, "new" text NULL);
CREATE TABLE "dealer_import_fieldowner" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "field" varchar(32) NOT NULL, "owner" varchar(8) NOT NULL, "source" varchar(64) NOT NULL, "set_at" datetime NOT NULL, "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "set_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "di_field_one_owner" UNIQUE ("part_id", "field"));
CREATE TABLE "dealer_import_scheduledprice" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "valid_from" date NOT NULL, "list_price_cents" integer unsigned NOT NULL CHECK ("list_price_cents" >= 0), "price_per" smallint unsigned NOT NULL CHECK ("price_per" >= 0), "sale_cents" integer unsigned NOT NULL CHECK ("sale_cents" >= 0), "switched_at" datetime NULL, "part_id" bigint NOT NULL REFERENCES "shopflow_parts_partrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "run_id" bigint NULL REFERENCES "dealer_import_importrun" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "dealer_import_feedsettings" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "access" varchar(8) NOT NULL, "without_pictures" bool NOT NULL, "token" varchar(64) NOT NULL, "stored_file" varchar(255) NOT NULL, "items" integer unsigned NOT NULL CHECK ("items" >= 0), "left_out" text NOT NULL CHECK ((JSON_VALID("left_out") OR "left_out" IS NULL)), "built_at" datetime NULL, CONSTRAINT "di_feed_single_row" CHECK ("id" = 1));
CREATE TABLE "dealer_import_supplier_brands" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "supplier_id" bigint NOT NULL REFERENCES "dealer_import_supplier" ("id") DEFERRABLE INITIALLY DEFERRED, "brand_id" bigint NOT NULL REFERENCES "shopflow_parts_brand" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "dealer_import_supplierorder" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "lines" text NOT NULL CHECK ((JSON_VALID("lines") OR "lines" IS NULL)), "total_cents" bigint unsigned NOT NULL CHECK ("total_cents" >= 0), "stored_file" varchar(255) NOT NULL, "sent_to" varchar(254) NOT NULL, "sent_at" datetime NOT NULL, "sent_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "supplier_id" bigint NOT NULL REFERENCES "dealer_import_supplier" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "dealer_import_supplier" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(120) NOT NULL UNIQUE, "email" varchar(254) NOT NULL, "customer_number" varchar(40) NOT NULL, "min_order_cents" integer unsigned NOT NULL CHECK ("min_order_cents" >= 0), "lead_days" smallint unsigned NULL CHECK ("lead_days" >= 0), "threshold" integer unsigned NOT NULL CHECK ("threshold" >= 0), "target" integer unsigned NOT NULL CHECK ("target" >= 0), CONSTRAINT "di_supplier_target" CHECK ("target" >= ("threshold")));
CREATE TABLE "offer_benefit" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type" varchar(128) NOT NULL, "value" decimal NULL, "max_affected_items" integer unsigned NULL CHECK ("max_affected_items" >= 0), "range_id" bigint NULL REFERENCES "offer_range" ("id") DEFERRABLE INITIALLY DEFERRED, "proxy_class" varchar(255) NULL);
CREATE TABLE "offer_condition" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type" varchar(128) NOT NULL, "value" decimal NULL, "range_id" bigint NULL REFERENCES "offer_range" ("id") DEFERRABLE INITIALLY DEFERRED, "proxy_class" varchar(255) NULL);
CREATE TABLE "offer_conditionaloffer" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(128) NOT NULL UNIQUE, "slug" varchar(128) NOT NULL UNIQUE, "description" text NOT NULL, "offer_type" varchar(128) NOT NULL, "status" varchar(64) NOT NULL, "start_datetime" datetime NULL, "end_datetime" datetime NULL, "max_global_applications" integer unsigned NULL CHECK ("max_global_applications" >= 0), "max_user_applications" integer unsigned NULL CHECK ("max_user_applications" >= 0), "max_basket_applications" integer unsigned NULL CHECK ("max_basket_applications" >= 0), "max_discount" decimal NULL, "total_discount" decimal NOT NULL, "num_applications" integer unsigned NOT NULL CHECK ("num_applications" >= 0), "num_orders" integer unsigned NOT NULL CHECK ("num_orders" >= 0), "redirect_url" varchar(200) NOT NULL, "date_created" datetime NOT NULL, "benefit_id" bigint NOT NULL REFERENCES "offer_benefit" ("id") DEFERRABLE INITIALLY DEFERRED, "condition_id" bigint NOT NULL REFERENCES "offer_condition" ("id") DEFERRABLE INITIALLY DEFERRED, "exclusive" bool NOT NULL, "priority" integer NOT NULL);
CREATE TABLE "offer_conditionaloffer_combinations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "from_conditionaloffer_id" bigint NOT NULL REFERENCES "offer_conditionaloffer" ("id") DEFERRABLE INITIALLY DEFERRED, "to_conditionaloffer_id" bigint NOT NULL REFERENCES "offer_conditionaloffer" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "offer_rangeproductfileupload" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "filepath" varchar(255) NOT NULL, "size" integer unsigned NOT NULL CHECK ("size" >= 0), "date_uploaded" datetime NOT NULL, "status" varchar(32) NOT NULL, "error_message" varchar(255) NOT NULL, "date_processed" datetime NULL, "num_new_skus" integer unsigned NULL CHECK ("num_new_skus" >= 0), "num_unknown_skus" integer unsigned NULL CHECK ("num_unknown_skus" >= 0), "num_duplicate_skus" integer unsigned NULL CHECK ("num_duplicate_skus" >= 0), "range_id" bigint NOT NULL REFERENCES "offer_range" ("id") DEFERRABLE INITIALLY DEFERRED, "uploaded_by_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "upload_type" varchar(8) NOT NULL);
CREATE TABLE "offer_range_excluded_categories" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "range_id" bigint NOT NULL REFERENCES "offer_range" ("id") DEFERRABLE INITIALLY DEFERRED, "category_id" bigint NOT NULL REFERENCES "catalogue_category" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "order_surcharge" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(128) NOT NULL, "code" varchar(128) NOT NULL, "incl_tax" decimal NOT NULL, "excl_tax" decimal NOT NULL, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "tax_code" varchar(64) NULL);
CREATE TABLE "order_lineattribute" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type" varchar(128) NOT NULL, "line_id" bigint NOT NULL REFERENCES "order_line" ("id") DEFERRABLE INITIALLY DEFERRED, "option_id" bigint NULL REFERENCES "catalogue_option" ("id") DEFERRABLE INITIALLY DEFERRED, "value" text NOT NULL CHECK ((JSON_VALID("value") OR "value" IS NULL)));
CREATE TABLE "order_orderlinediscount" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "is_incl_tax" bool NOT NULL, "amount" decimal NOT NULL, "line_id" bigint NOT NULL REFERENCES "order_line" ("id") DEFERRABLE INITIALLY DEFERRED, "order_discount_id" bigint NOT NULL REFERENCES "order_orderdiscount" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "order_line" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "partner_name" varchar(128) NOT NULL, "partner_sku" varchar(128) NOT NULL, "partner_line_reference" varchar(128) NOT NULL, "partner_line_notes" text NOT NULL, "title" varchar(255) NOT NULL, "upc" varchar(128) NULL, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "line_price_incl_tax" decimal NOT NULL, "line_price_excl_tax" decimal NOT NULL, "line_price_before_discounts_incl_tax" decimal NOT NULL, "line_price_before_discounts_excl_tax" decimal NOT NULL, "unit_price_incl_tax" decimal NULL, "unit_price_excl_tax" decimal NULL, "status" varchar(255) NOT NULL, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "partner_id" bigint NULL REFERENCES "partner_partner" ("id") DEFERRABLE INITIALLY DEFERRED, "product_id" bigint NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "stockrecord_id" bigint NULL REFERENCES "partner_stockrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "tax_code" varchar(64) NULL, "allocation_cancelled" bool NOT NULL, "num_allocated" integer unsigned NOT NULL CHECK ("num_allocated" >= 0));
CREATE TABLE "order_order" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" varchar(128) NOT NULL UNIQUE, "currency" varchar(12) NOT NULL, "total_incl_tax" decimal NOT NULL, "total_excl_tax" decimal NOT NULL, "shipping_incl_tax" decimal NOT NULL, "shipping_excl_tax" decimal NOT NULL, "shipping_method" varchar(128) NOT NULL, "shipping_code" varchar(128) NOT NULL, "status" varchar(100) NOT NULL, "guest_email" varchar(254) NOT NULL, "date_placed" datetime NOT NULL, "basket_id" bigint NULL REFERENCES "basket_basket" ("id") DEFERRABLE INITIALLY DEFERRED, "billing_address_id" bigint NULL REFERENCES "order_billingaddress" ("id") DEFERRABLE INITIALLY DEFERRED, "shipping_address_id" bigint NULL REFERENCES "order_shippingaddress" ("id") DEFERRABLE INITIALLY DEFERRED, "site_id" integer NULL REFERENCES "django_site" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "shipping_tax_code" varchar(64) NULL, "analytics_tracked" bool NOT NULL);
CREATE TABLE "order_billingaddress" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(64) NOT NULL, "first_name" varchar(255) NOT NULL, "last_name" varchar(255) NOT NULL, "line1" varchar(255) NOT NULL, "line2" varchar(255) NOT NULL, "line3" varchar(255) NOT NULL, "line4" varchar(255) NOT NULL, "state" varchar(255) NOT NULL, "postcode" varchar(64) NOT NULL, "search_text" text NOT NULL, "country_id" varchar(2) NOT NULL REFERENCES "address_country" ("iso_3166_1_a2") DEFERRABLE INITIALLY DEFERRED, "code" varchar(255) NULL UNIQUE);
CREATE TABLE "order_shippingaddress" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(64) NOT NULL, "first_name" varchar(255) NOT NULL, "last_name" varchar(255) NOT NULL, "line1" varchar(255) NOT NULL, "line2" varchar(255) NOT NULL, "line3" varchar(255) NOT NULL, "line4" varchar(255) NOT NULL, "state" varchar(255) NOT NULL, "postcode" varchar(64) NOT NULL, "search_text" text NOT NULL, "phone_number" varchar(128) NOT NULL, "notes" text NOT NULL, "country_id" varchar(2) NOT NULL REFERENCES "address_country" ("iso_3166_1_a2") DEFERRABLE INITIALLY DEFERRED, "code" varchar(255) NULL UNIQUE);
CREATE TABLE "partner_stockrecord" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "partner_sku" varchar(128) NOT NULL, "price" decimal NULL, "num_in_stock" integer unsigned NULL CHECK ("num_in_stock" >= 0), "num_allocated" integer NULL, "low_stock_threshold" integer unsigned NULL CHECK ("low_stock_threshold" >= 0), "date_created" datetime NOT NULL, "date_updated" datetime NOT NULL, "partner_id" bigint NOT NULL REFERENCES "partner_partner" ("id") DEFERRABLE INITIALLY DEFERRED, "product_id" bigint NOT NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "price_currency" varchar(12) NOT NULL);
CREATE TABLE "partner_partner_users" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "partner_id" bigint NOT NULL REFERENCES "partner_partner" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "partner_partner" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(128) NOT NULL UNIQUE, "name" varchar(128) NOT NULL);
CREATE TABLE "partner_stockalert" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "threshold" integer unsigned NOT NULL CHECK ("threshold" >= 0), "status" varchar(128) NOT NULL, "date_closed" datetime NULL, "stockrecord_id" bigint NOT NULL REFERENCES "partner_stockrecord" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "partner_partneraddress" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(64) NOT NULL, "first_name" varchar(255) NOT NULL, "last_name" varchar(255) NOT NULL, "line1" varchar(255) NOT NULL, "line2" varchar(255) NOT NULL, "line3" varchar(255) NOT NULL, "line4" varchar(255) NOT NULL, "state" varchar(255) NOT NULL, "postcode" varchar(64) NOT NULL, "search_text" text NOT NULL, "country_id" varchar(2) NOT NULL REFERENCES "address_country" ("iso_3166_1_a2") DEFERRABLE INITIALLY DEFERRED, "partner_id" bigint NOT NULL REFERENCES "partner_partner" ("id") DEFERRABLE INITIALLY DEFERRED, "code" varchar(255) NULL UNIQUE);
CREATE TABLE "payment_bankcard" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "card_type" varchar(128) NOT NULL, "name" varchar(255) NOT NULL, "number" varchar(32) NOT NULL, "expiry_date" date NOT NULL, "partner_reference" varchar(255) NOT NULL, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "payment_source" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "currency" varchar(12) NOT NULL, "amount_allocated" decimal NOT NULL, "amount_debited" decimal NOT NULL, "amount_refunded" decimal NOT NULL, "label" varchar(128) NOT NULL, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "source_type_id" bigint NOT NULL REFERENCES "payment_sourcetype" ("id") DEFERRABLE INITIALLY DEFERRED, "reference" varchar(255) NOT NULL);
CREATE TABLE "payment_transaction" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "txn_type" varchar(128) NOT NULL, "amount" decimal NOT NULL, "reference" varchar(128) NOT NULL, "status" varchar(128) NOT NULL, "source_id" bigint NOT NULL REFERENCES "payment_source" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "payment_sourcetype" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(128) NOT NULL UNIQUE, "name" varchar(128) NOT NULL);
CREATE TABLE "reviews_productreview" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "score" smallint NOT NULL, "title" varchar(255) NOT NULL, "body" text NOT NULL, "name" varchar(255) NOT NULL, "email" varchar(254) NOT NULL, "homepage" varchar(200) NOT NULL, "status" smallint NOT NULL, "total_votes" integer NOT NULL, "delta_votes" integer NOT NULL, "date_created" datetime NOT NULL, "product_id" bigint NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "code" varchar(255) NULL UNIQUE);
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE TABLE "shipping_orderanditemcharges_countries" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "orderanditemcharges_id" bigint NOT NULL REFERENCES "shipping_orderanditemcharges" ("id") DEFERRABLE INITIALLY DEFERRED, "country_id" varchar(2) NOT NULL REFERENCES "address_country" ("iso_3166_1_a2") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shipping_weightbased_countries" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "weightbased_id" bigint NOT NULL REFERENCES "shipping_weightbased" ("id") DEFERRABLE INITIALLY DEFERRED, "country_id" varchar(2) NOT NULL REFERENCES "address_country" ("iso_3166_1_a2") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shipping_orderanditemcharges" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(128) NOT NULL UNIQUE, "description" text NOT NULL, "price_per_order" decimal NOT NULL, "price_per_item" decimal NOT NULL, "free_shipping_threshold" decimal NULL, "name" varchar(128) NOT NULL UNIQUE);
CREATE TABLE "shipping_weightband" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "charge" decimal NOT NULL, "method_id" bigint NOT NULL REFERENCES "shipping_weightbased" ("id") DEFERRABLE INITIALLY DEFERRED, "upper_limit" decimal NOT NULL);
CREATE TABLE "shipping_weightbased" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(128) NOT NULL UNIQUE, "description" text NOT NULL, "default_weight" decimal NOT NULL, "name" varchar(128) NOT NULL UNIQUE);
CREATE TABLE "shipping_shippingrate" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(40) NOT NULL UNIQUE, "name" varchar(80) NOT NULL, "countries" varchar(200) NOT NULL, "price" decimal NOT NULL, "free_from" decimal NULL, "days_from" smallint unsigned NOT NULL CHECK ("days_from" >= 0), "days_to" smallint unsigned NOT NULL CHECK ("days_to" >= 0), "is_active" bool NOT NULL, CONSTRAINT "sf_shippingrate_price" CHECK ("price" >= '0'), CONSTRAINT "sf_shippingrate_free" CHECK (("free_from" IS NULL OR "free_from" > '0')), CONSTRAINT "sf_shippingrate_days" CHECK ("days_to" >= ("days_from")));
INSERT INTO "shipping_shippingrate" VALUES(1,'parcel-de','Paketversand','DE',5.95,150,2,3,1);
CREATE TABLE "shopflow_audience_consent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "email" varchar(254) NOT NULL, "purpose" varchar(32) NOT NULL, "state" varchar(9) NOT NULL, "since" datetime NOT NULL, CONSTRAINT "sf_consent_once" UNIQUE ("email", "purpose"));
CREATE TABLE "shopflow_audience_consententry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "chain" varchar(96) NOT NULL, "position" integer unsigned NOT NULL CHECK ("position" >= 0), "content" text NOT NULL CHECK ((JSON_VALID("content") OR "content" IS NULL)), "previous_hash" varchar(64) NOT NULL, "hash" varchar(64) NOT NULL UNIQUE, "recorded_at" datetime NOT NULL, "email_hash" varchar(64) NOT NULL, "purpose" varchar(32) NOT NULL, "action" varchar(8) NOT NULL, CONSTRAINT "consententry_position" UNIQUE ("chain", "position"));
CREATE TABLE "shopflow_audience_contact" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" char(32) NOT NULL UNIQUE, "email" varchar(254) NOT NULL UNIQUE, "language" varchar(8) NOT NULL, "time_zone" varchar(64) NOT NULL, "created_at" datetime NOT NULL, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_audience_consentrequest" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" char(32) NOT NULL UNIQUE, "purposes" text NOT NULL CHECK ((JSON_VALID("purposes") OR "purposes" IS NULL)), "source" varchar(200) NOT NULL, "language" varchar(8) NOT NULL, "requested_at" datetime NOT NULL, "confirmed_at" datetime NULL, "contact_id" bigint NOT NULL REFERENCES "shopflow_audience_contact" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_automations_flow" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(64) NOT NULL UNIQUE, "name" varchar(120) NOT NULL, "description" text NOT NULL, "reason" text NOT NULL, "enabled" bool NOT NULL, "active_version_id" bigint NULL REFERENCES "shopflow_automations_flowversion" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "shopflow_automations_flow" VALUES(1,'abandoned_cart','Warenkorb-Erinnerung','Erinnert Menschen, die zugestimmt haben, an ihren Warenkorb: nach 1, 24 und 48 Stunden.','Eine Erinnerung ist Werbung, und verkauft ist noch nichts, darum hilft § 7 Abs. 3 UWG nicht: Sie geht nur an Menschen, die Warenkorb-Erinnerungen zugestimmt haben, und das wird vor jeder E-Mail neu geprüft (§ 7 Abs. 2 UWG). Eine Bestellung beendet sie.',0,1);
INSERT INTO "shopflow_automations_flow" VALUES(2,'order_status','Bestellstatus','Schreibt Kunden eine E-Mail, sobald ihre Bestellung einen Schritt weiter ist.','Die E-Mail gehört zum Vertrag und enthält nichts als die Bestellung, darum braucht sie keine Einwilligung (Art. 6 Abs. 1 lit. b DSGVO). Mit Werbung darin bräuchte sie eine (BGH VI ZR 134/15).',1,2);
INSERT INTO "shopflow_automations_flow" VALUES(3,'review_request','Bewertungsanfrage','Bittet Menschen, die zugestimmt haben, zehn Tage nach der Lieferung einmal um eine Bewertung.','Die Bitte um eine Bewertung ist Werbung (BGH VI ZR 225/17) und braucht eine Einwilligung. Niemand wird gefragt, solange etwas zurückgeht, und alle werden gleich gefragt, egal wie ihre Erfahrung war (§ 5b Abs. 3 UWG).',0,3);
CREATE TABLE "shopflow_automations_decision" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "event_id" bigint unsigned NULL CHECK ("event_id" >= 0), "email" varchar(254) NOT NULL, "subject" text NOT NULL CHECK ((JSON_VALID("subject") OR "subject" IS NULL)), "node" varchar(64) NOT NULL, "gate" varchar(8) NOT NULL, "code" varchar(64) NOT NULL, "verdict" varchar(8) NOT NULL, "reason" text NOT NULL, "at" datetime NOT NULL, "flow_id" bigint NOT NULL REFERENCES "shopflow_automations_flow" ("id") DEFERRABLE INITIALLY DEFERRED, "run_id" bigint NULL REFERENCES "shopflow_automations_run" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_automations_flowversion" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" integer unsigned NOT NULL CHECK ("number" >= 0), "definition" text NOT NULL CHECK ((JSON_VALID("definition") OR "definition" IS NULL)), "sha256" varchar(64) NOT NULL, "trigger_event" varchar(64) NOT NULL, "source" varchar(8) NOT NULL, "created_at" datetime NOT NULL, "created_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "flow_id" bigint NOT NULL REFERENCES "shopflow_automations_flow" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_flow_version_number" UNIQUE ("flow_id", "number"));
INSERT INTO "shopflow_automations_flowversion" VALUES(1,1,'{"schema": 1, "trigger": {"event": "basket_idle", "lag": {"hours": 1}}, "entry_key": "basket:{basket_id}", "conditions": [{"condition": "has_consent", "settings": {"purpose": "cart_reminder"}}, {"condition": "basket_still_open"}, {"condition": "ordered_since", "negate": true}], "exits": [{"event": "order_placed", "match": ["basket_id"]}, {"event": "order_placed", "match": ["email"]}, {"event": "basket_idle", "match": ["email"], "differ": ["basket_id"]}, {"event": "consent_changed", "match": ["email"], "where": {"purpose": "cart_reminder"}, "conditions": [{"condition": "has_consent", "settings": {"purpose": "cart_reminder"}, "negate": true}]}], "steps": [{"id": "mail_1", "kind": "action", "action": "send_mail", "settings": {"template": "cart_reminder_1", "mail_class": "advertising", "purpose": "cart_reminder", "basis": "consent", "contexts": ["basket", "mail_preferences"]}, "recheck": [{"condition": "has_consent", "settings": {"purpose": "cart_reminder"}}, {"condition": "basket_still_open"}, {"condition": "ordered_since", "negate": true}], "max_lateness": {"days": 3}}, {"id": "until_24h", "kind": "wait", "until": {"hours": 24}, "gap": {"hours": 12}}, {"id": "mail_2", "kind": "action", "action": "send_mail", "settings": {"template": "cart_reminder_2", "mail_class": "advertising", "purpose": "cart_reminder", "basis": "consent", "contexts": ["basket", "mail_preferences"]}, "recheck": [{"condition": "has_consent", "settings": {"purpose": "cart_reminder"}}, {"condition": "basket_still_open"}, {"condition": "ordered_since", "negate": true}], "max_lateness": {"days": 3}}, {"id": "until_48h", "kind": "wait", "until": {"hours": 48}, "gap": {"hours": 12}}, {"id": "mail_3", "kind": "action", "action": "send_mail", "settings": {"template": "cart_reminder_3", "mail_class": "advertising", "purpose": "cart_reminder", "basis": "consent", "contexts": ["basket", "mail_preferences"]}, "recheck": [{"condition": "has_consent", "settings": {"purpose": "cart_reminder"}}, {"condition": "basket_still_open"}, {"condition": "ordered_since", "negate": true}], "max_lateness": {"days": 3}}]}','b0b3accfb5bd1917a012037810de17add9d7a4c95e019cdc9b27d7401f124692','basket_idle','built_in','2026-11-22 02:27:51.524542',NULL,1);
INSERT INTO "shopflow_automations_flowversion" VALUES(2,1,'{"schema": 1, "trigger": {"event": "order_status_changed", "where": {"new_status": ["paid", "in_work", "shipped", "ready_for_pickup", "delivered", "cancelled"]}}, "entry_key": "order:{order_id}:{new_status}", "steps": [{"id": "mail", "kind": "action", "action": "send_mail", "settings": {"template": "order_status_{new_status}", "mail_class": "transactional", "contexts": ["order", "documents"], "attach": ["documents"]}}]}','e85f9b6e3db9ca3a9e59ede217247eee46142572bdd50810641a69cfcd5f4b7a','order_status_changed','built_in','2026-11-22 02:27:51.534102',NULL,2);
INSERT INTO "shopflow_automations_flowversion" VALUES(3,1,'{"schema": 1, "trigger": {"event": "order_status_changed", "where": {"new_status": ["delivered"]}}, "entry_key": "order:{order_id}", "conditions": [{"condition": "has_consent", "settings": {"purpose": "review_request"}}], "exits": [{"event": "order_status_changed", "match": ["order_id"], "where": {"new_status": ["returned", "cancelled"]}}, {"event": "consent_changed", "match": ["email"], "where": {"purpose": "review_request"}, "conditions": [{"condition": "has_consent", "settings": {"purpose": "review_request"}, "negate": true}]}], "steps": [{"id": "ten_days", "kind": "wait", "for": {"days": 10}, "at": "18:00", "zone": "Europe/Berlin"}, {"id": "mail", "kind": "action", "action": "send_mail", "settings": {"template": "review_request", "mail_class": "advertising", "purpose": "review_request", "basis": "consent", "contexts": ["order", "review_links", "mail_preferences"]}, "recheck": [{"condition": "has_consent", "settings": {"purpose": "review_request"}}, {"condition": "no_open_return"}, {"condition": "has_reviewable_products"}], "max_lateness": {"days": 14}}]}','217820a71d2e8ddc674d69b09116995d41d49ccbecf4bd80bd7ca1bf468bee2d','order_status_changed','built_in','2026-11-22 02:27:51.541768',NULL,3);
CREATE TABLE "shopflow_automations_run" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "event_id" bigint unsigned NULL CHECK ("event_id" >= 0), "email" varchar(254) NOT NULL, "entry_key" varchar(160) NOT NULL, "subject" text NOT NULL CHECK ((JSON_VALID("subject") OR "subject" IS NULL)), "cause_depth" smallint unsigned NOT NULL CHECK ("cause_depth" >= 0), "state" varchar(8) NOT NULL, "node" varchar(64) NOT NULL, "visit" smallint unsigned NOT NULL CHECK ("visit" >= 0), "due_at" datetime NOT NULL, "lease_until" datetime NULL, "attempts" smallint unsigned NOT NULL CHECK ("attempts" >= 0), "began_at" datetime NOT NULL, "entered_at" datetime NOT NULL, "ended_at" datetime NULL, "reason_code" varchar(64) NOT NULL, "reason" text NOT NULL, "flow_id" bigint NOT NULL REFERENCES "shopflow_automations_flow" ("id") DEFERRABLE INITIALLY DEFERRED, "version_id" bigint NOT NULL REFERENCES "shopflow_automations_flowversion" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_run_entry_once" UNIQUE ("flow_id", "email", "entry_key"));
CREATE TABLE "shopflow_automations_runkey" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "field" varchar(64) NOT NULL, "value" varchar(254) NOT NULL, "run_id" bigint NOT NULL REFERENCES "shopflow_automations_run" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_run_key_once" UNIQUE ("run_id", "field"));
CREATE TABLE "shopflow_automations_runstep" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "node" varchar(64) NOT NULL, "visit" smallint unsigned NOT NULL CHECK ("visit" >= 0), "started_at" datetime NOT NULL, "finished_at" datetime NULL, "outcome" varchar(12) NOT NULL, "code" varchar(64) NOT NULL, "reason" text NOT NULL, "details" text NOT NULL CHECK ((JSON_VALID("details") OR "details" IS NULL)), "run_id" bigint NOT NULL REFERENCES "shopflow_automations_run" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_run_step_once" UNIQUE ("run_id", "node", "visit"));
CREATE TABLE "shopflow_core_auditentry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "action" varchar(64) NOT NULL, "object_type" varchar(64) NOT NULL, "object_id" varchar(64) NOT NULL, "summary" varchar(255) NOT NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "at" datetime NOT NULL, "actor_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_core_numbersequence" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "series" varchar(64) NOT NULL UNIQUE, "last_value" bigint unsigned NOT NULL CHECK ("last_value" >= 0));
CREATE TABLE "shopflow_core_outboxevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "uuid" char(32) NOT NULL UNIQUE, "code" varchar(64) NOT NULL, "payload" text NOT NULL CHECK ((JSON_VALID("payload") OR "payload" IS NULL)), "source_key" varchar(128) NULL UNIQUE, "cause_depth" smallint unsigned NOT NULL CHECK ("cause_depth" >= 0), "occurred_at" datetime NOT NULL);
CREATE TABLE "shopflow_core_clockshift" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "seconds" bigint unsigned NOT NULL CHECK ("seconds" >= 0), CONSTRAINT "sf_clock_single_row" CHECK ("id" = 1));
CREATE TABLE "shopflow_core_outboxdelivery" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "subscriber" varchar(64) NOT NULL, "state" varchar(8) NOT NULL, "attempts" smallint unsigned NOT NULL CHECK ("attempts" >= 0), "due_at" datetime NOT NULL, "lease_until" datetime NULL, "last_error" text NOT NULL, "done_at" datetime NULL, "event_id" bigint NOT NULL REFERENCES "shopflow_core_outboxevent" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_delivery_once" UNIQUE ("event_id", "subscriber"));
CREATE TABLE "shopflow_core_seller" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(120) NOT NULL, "street" varchar(120) NOT NULL, "postcode" varchar(12) NOT NULL, "city" varchar(80) NOT NULL, "country" varchar(2) NOT NULL, "represented_by" varchar(120) NOT NULL, "email" varchar(254) NOT NULL, "phone" varchar(40) NOT NULL, "register_court" varchar(80) NOT NULL, "register_number" varchar(40) NOT NULL, "vat_id" varchar(20) NOT NULL, "tax_number" varchar(30) NOT NULL, "is_small_business" bool NOT NULL, "opening_hours" text NOT NULL, "contact_person" varchar(120) NOT NULL, CONSTRAINT "sf_seller_single_row" CHECK ("id" = 1));
CREATE TABLE "shopflow_core_workerheartbeat" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL, CONSTRAINT "sf_heartbeat_single_row" CHECK ("id" = 1));
CREATE TABLE "shopflow_delivery_digitalgood" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(10) NOT NULL, "contract_kind" varchar(16) NOT NULL, "contents" text NOT NULL, "requirements" text NOT NULL, "licence_terms" text NOT NULL, "max_downloads" smallint unsigned NULL CHECK ("max_downloads" >= 0), "access_days" smallint unsigned NULL CHECK ("access_days" >= 0), "product_id" bigint NOT NULL UNIQUE REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_delivery_downloadevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "started_at" datetime NOT NULL, "valid_until" datetime NOT NULL, "file_id" bigint NOT NULL REFERENCES "shopflow_delivery_digitalfile" ("id") DEFERRABLE INITIALLY DEFERRED, "grant_id" bigint NOT NULL REFERENCES "shopflow_delivery_accessgrant" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_delivery_licencepool" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "prefix" varchar(8) NOT NULL, "is_generated" bool NOT NULL, "good_id" bigint NOT NULL UNIQUE REFERENCES "shopflow_delivery_digitalgood" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_delivery_licencekey" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(64) NOT NULL UNIQUE, "assigned_at" datetime NULL, "grant_id" bigint NULL REFERENCES "shopflow_delivery_accessgrant" ("id") DEFERRABLE INITIALLY DEFERRED, "pool_id" bigint NOT NULL REFERENCES "shopflow_delivery_licencepool" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_delivery_digitalfile" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "label" varchar(80) NOT NULL, "edition" integer unsigned NOT NULL CHECK ("edition" >= 0), "version" varchar(40) NOT NULL, "filename" varchar(160) NOT NULL, "content_type" varchar(80) NOT NULL, "storage_name" varchar(255) NOT NULL UNIQUE, "size" bigint unsigned NOT NULL CHECK ("size" >= 0), "sha256" varchar(64) NOT NULL, "is_current" bool NOT NULL, "uploaded_at" datetime NOT NULL, "good_id" bigint NOT NULL REFERENCES "shopflow_delivery_digitalgood" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_file_edition" UNIQUE ("good_id", "label", "edition"));
CREATE TABLE "shopflow_delivery_accessgrant" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "email" varchar(254) NOT NULL, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "state" varchar(8) NOT NULL, "locked_reason" varchar(16) NOT NULL, "paid_at" datetime NULL, "confirmed_at" datetime NULL, "granted_at" datetime NULL, "first_used_at" datetime NULL, "expires_at" datetime NULL, "max_downloads" smallint unsigned NULL CHECK ("max_downloads" >= 0), "downloads_used" smallint unsigned NOT NULL CHECK ("downloads_used" >= 0), "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "order_line_id" bigint NOT NULL UNIQUE REFERENCES "order_line" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "good_id" bigint NOT NULL REFERENCES "shopflow_delivery_digitalgood" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_grant_limit" CHECK (("max_downloads" IS NULL OR "downloads_used" <= ("max_downloads"))), CONSTRAINT "sf_grant_active_is_paid_and_confirmed" CHECK ((NOT ("state" = 'active') OR ("confirmed_at" IS NOT NULL AND "paid_at" IS NOT NULL))));
CREATE TABLE "shopflow_delivery_lesson" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "position" smallint unsigned NOT NULL CHECK ("position" >= 0), "title" varchar(140) NOT NULL, "html" text NOT NULL, "file_id" bigint NULL REFERENCES "shopflow_delivery_digitalfile" ("id") DEFERRABLE INITIALLY DEFERRED, "good_id" bigint NOT NULL REFERENCES "shopflow_delivery_digitalgood" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_lesson_position" UNIQUE ("good_id", "position"));
CREATE TABLE "shopflow_delivery_lessonprogress" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "done_at" datetime NOT NULL, "grant_id" bigint NOT NULL REFERENCES "shopflow_delivery_accessgrant" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" bigint NOT NULL REFERENCES "shopflow_delivery_lesson" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_lesson_done_once" UNIQUE ("grant_id", "lesson_id"));
CREATE TABLE "shopflow_demo_loadedstep" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(64) NOT NULL UNIQUE, "loaded_at" datetime NOT NULL);
CREATE TABLE "shopflow_documents_documentsettings" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "invoice_prefix" varchar(24) NOT NULL, "issue_when" varchar(12) NOT NULL, "closing_text" text NOT NULL, "footer" text NOT NULL, CONSTRAINT "sf_docsettings_single_row" CHECK ("id" = 1), CONSTRAINT "sf_docsettings_when" CHECK ("issue_when" IN ('paid', 'handed_over')));
CREATE TABLE "shopflow_documents_document" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type_code" varchar(32) NOT NULL, "sequence" smallint unsigned NOT NULL CHECK ("sequence" >= 0), "series" varchar(64) NOT NULL, "number" varchar(64) NOT NULL UNIQUE, "content" text NOT NULL CHECK ((JSON_VALID("content") OR "content" IS NULL)), "pdf" varchar(200) NOT NULL, "sha256" varchar(64) NOT NULL, "issued_at" datetime NOT NULL, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_document_once" UNIQUE ("order_id", "type_code", "sequence"));
CREATE TABLE "wagtailcore_collection" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "path" varchar(255) NOT NULL UNIQUE, "depth" integer unsigned NOT NULL CHECK ("depth" >= 0), "numchild" integer unsigned NOT NULL CHECK ("numchild" >= 0), "name" varchar(255) NOT NULL);
INSERT INTO "wagtailcore_collection" VALUES(1,'0001',1,0,'Root');
CREATE TABLE "wagtailcore_groupcollectionpermission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "collection_id" integer NOT NULL REFERENCES "wagtailcore_collection" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(1,1,3,110);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(2,1,2,110);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(3,1,3,111);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(4,1,2,111);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(5,1,3,113);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(6,1,2,113);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(7,1,3,114);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(8,1,2,114);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(9,1,3,115);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(10,1,2,115);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(11,1,3,117);
INSERT INTO "wagtailcore_groupcollectionpermission" VALUES(12,1,2,117);
CREATE TABLE "wagtailcore_pageviewrestriction_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "pageviewrestriction_id" integer NOT NULL REFERENCES "wagtailcore_pageviewrestriction" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_pageviewrestriction" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(255) NOT NULL, "page_id" integer NOT NULL REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "restriction_type" varchar(20) NOT NULL);
CREATE TABLE "wagtailcore_collectionviewrestriction" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "restriction_type" varchar(20) NOT NULL, "password" varchar(255) NOT NULL, "collection_id" integer NOT NULL REFERENCES "wagtailcore_collection" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_collectionviewrestriction_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "collectionviewrestriction_id" integer NOT NULL REFERENCES "wagtailcore_collectionviewrestriction" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_site" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "hostname" varchar(255) NOT NULL, "port" integer NOT NULL, "is_default_site" bool NOT NULL, "root_page_id" integer NOT NULL REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "site_name" varchar(255) NOT NULL);
INSERT INTO "wagtailcore_site" VALUES(1,'localhost',80,1,2,'');
CREATE TABLE "wagtailcore_task" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(255) NOT NULL, "active" bool NOT NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "wagtailcore_task" VALUES(1,'Moderators approval',1,2);
CREATE TABLE "wagtailcore_workflow" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(255) NOT NULL, "active" bool NOT NULL);
INSERT INTO "wagtailcore_workflow" VALUES(1,'Moderators approval',1);
CREATE TABLE "wagtailcore_groupapprovaltask" ("task_ptr_id" integer NOT NULL PRIMARY KEY REFERENCES "wagtailcore_task" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "wagtailcore_groupapprovaltask" VALUES(1);
CREATE TABLE "wagtailcore_workflowpage" ("page_id" integer NOT NULL PRIMARY KEY REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "workflow_id" integer NOT NULL REFERENCES "wagtailcore_workflow" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "wagtailcore_workflowpage" VALUES(1,1);
CREATE TABLE "wagtailcore_workflowtask" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "sort_order" integer NULL, "task_id" integer NOT NULL REFERENCES "wagtailcore_task" ("id") DEFERRABLE INITIALLY DEFERRED, "workflow_id" integer NOT NULL REFERENCES "wagtailcore_workflow" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "wagtailcore_workflowtask" VALUES(1,0,1,1);
CREATE TABLE "wagtailcore_groupapprovaltask_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "groupapprovaltask_id" integer NOT NULL REFERENCES "wagtailcore_groupapprovaltask" ("task_ptr_id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "wagtailcore_groupapprovaltask_groups" VALUES(1,1,2);
CREATE TABLE "wagtailcore_locale" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "language_code" varchar(100) NOT NULL UNIQUE);
INSERT INTO "wagtailcore_locale" VALUES(1,'de');
CREATE TABLE "wagtailcore_page" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "path" varchar(255) NOT NULL UNIQUE, "depth" integer unsigned NOT NULL CHECK ("depth" >= 0), "numchild" integer unsigned NOT NULL CHECK ("numchild" >= 0), "title" varchar(255) NOT NULL, "slug" varchar(255) NOT NULL, "live" bool NOT NULL, "has_unpublished_changes" bool NOT NULL, "url_path" text NOT NULL, "seo_title" varchar(255) NOT NULL, "show_in_menus" bool NOT NULL, "search_description" text NOT NULL, "go_live_at" datetime NULL, "expire_at" datetime NULL, "expired" bool NOT NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "owner_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "locked" bool NOT NULL, "latest_revision_created_at" datetime NULL, "first_published_at" datetime NULL, "live_revision_id" integer NULL REFERENCES "wagtailcore_revision" ("id") DEFERRABLE INITIALLY DEFERRED, "last_published_at" datetime NULL, "draft_title" varchar(255) NOT NULL, "locked_at" datetime NULL, "locked_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "locale_id" integer NOT NULL REFERENCES "wagtailcore_locale" ("id") DEFERRABLE INITIALLY DEFERRED, "translation_key" char(32) NOT NULL, "alias_of_id" integer NULL REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "latest_revision_id" integer NULL REFERENCES "wagtailcore_revision" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "wagtailcore_page" VALUES(1,'0001',1,1,'Root','root',1,0,'/','',0,'',NULL,NULL,0,1,NULL,0,NULL,NULL,NULL,NULL,'Root',NULL,NULL,1,'b2cc3a320f3d4e04b97c6cdaa2afae67',NULL,NULL);
INSERT INTO "wagtailcore_page" VALUES(2,'00010001',2,0,'Welcome to your new Wagtail site!','home',1,0,'/home/','',0,'',NULL,NULL,0,1,NULL,0,NULL,NULL,NULL,NULL,'Welcome to your new Wagtail site!',NULL,NULL,1,'a1d754f8c90a4847a9c678e44c420e86',NULL,NULL);
CREATE TABLE "wagtailcore_commentreply" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "text" text NOT NULL, "created_at" datetime NOT NULL, "updated_at" datetime NOT NULL, "comment_id" integer NOT NULL REFERENCES "wagtailcore_comment" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_pagesubscription" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "comment_notifications" bool NOT NULL, "page_id" integer NOT NULL REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_comment" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "text" text NOT NULL, "contentpath" text NOT NULL, "position" text NOT NULL, "created_at" datetime NOT NULL, "updated_at" datetime NOT NULL, "resolved_at" datetime NULL, "page_id" integer NOT NULL REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "resolved_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "revision_created_id" integer NULL REFERENCES "wagtailcore_revision" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_referenceindex" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" varchar(255) NOT NULL, "to_object_id" varchar(255) NOT NULL, "model_path" text NOT NULL, "content_path" text NOT NULL, "content_path_hash" char(32) NOT NULL, "base_content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "to_content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_taskstate" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "status" varchar(50) NOT NULL, "started_at" datetime NOT NULL, "finished_at" datetime NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "task_id" integer NOT NULL REFERENCES "wagtailcore_task" ("id") DEFERRABLE INITIALLY DEFERRED, "workflow_state_id" integer NOT NULL REFERENCES "wagtailcore_workflowstate" ("id") DEFERRABLE INITIALLY DEFERRED, "finished_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "comment" text NOT NULL, "revision_id" integer NOT NULL REFERENCES "wagtailcore_revision" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_workflowstate" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "status" varchar(50) NOT NULL, "created_at" datetime NOT NULL, "current_task_state_id" integer NULL UNIQUE REFERENCES "wagtailcore_taskstate" ("id") DEFERRABLE INITIALLY DEFERRED, "requested_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "workflow_id" integer NOT NULL REFERENCES "wagtailcore_workflow" ("id") DEFERRABLE INITIALLY DEFERRED, "object_id" varchar(255) NOT NULL, "base_content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_workflowcontenttype" ("content_type_id" integer NOT NULL PRIMARY KEY REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "workflow_id" integer NOT NULL REFERENCES "wagtailcore_workflow" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_modellogentry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "label" text NOT NULL, "action" varchar(255) NOT NULL, "timestamp" datetime NOT NULL, "content_changed" bool NOT NULL, "deleted" bool NOT NULL, "object_id" varchar(255) NOT NULL, "content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NULL, "uuid" char(32) NULL, "revision_id" integer NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)));
CREATE TABLE "wagtailcore_pagelogentry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "label" text NOT NULL, "action" varchar(255) NOT NULL, "timestamp" datetime NOT NULL, "content_changed" bool NOT NULL, "deleted" bool NOT NULL, "content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "page_id" integer NOT NULL, "revision_id" integer NULL, "user_id" bigint NULL, "uuid" char(32) NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)));
CREATE TABLE "wagtailcore_grouppagepermission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "page_id" integer NOT NULL REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "unique_permission" UNIQUE ("group_id", "page_id", "permission_id"));
INSERT INTO "wagtailcore_grouppagepermission" VALUES(1,2,1,69);
INSERT INTO "wagtailcore_grouppagepermission" VALUES(2,2,1,70);
INSERT INTO "wagtailcore_grouppagepermission" VALUES(3,2,1,75);
INSERT INTO "wagtailcore_grouppagepermission" VALUES(4,3,1,69);
INSERT INTO "wagtailcore_grouppagepermission" VALUES(5,3,1,70);
INSERT INTO "wagtailcore_grouppagepermission" VALUES(6,2,1,74);
INSERT INTO "wagtailcore_grouppagepermission" VALUES(7,2,1,76);
CREATE TABLE "wagtailcore_revision" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "created_at" datetime NOT NULL, "approved_go_live_at" datetime NULL, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "content" text NOT NULL CHECK ((JSON_VALID("content") OR "content" IS NULL)), "object_id" varchar(255) NOT NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "base_content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "object_str" text NOT NULL);
CREATE TABLE "wagtailcore_uploadedfile" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "file" varchar(200) NOT NULL, "for_content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "uploaded_by_user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_groupsitepermission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED, "site_id" integer NOT NULL REFERENCES "wagtailcore_site" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtailcore_apitoken" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(255) NOT NULL, "key_hash" varchar(64) NOT NULL UNIQUE, "prefix" varchar(16) NOT NULL, "created" datetime NOT NULL, "revoked_at" datetime NULL, "last_used_at" datetime NULL, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_legal_homepage" ("page_ptr_id" integer NOT NULL PRIMARY KEY REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "body" text NOT NULL CHECK ((JSON_VALID("body") OR "body" IS NULL)));
CREATE TABLE "shopflow_legal_legalpage" ("page_ptr_id" integer NOT NULL PRIMARY KEY REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "type_code" varchar(32) NOT NULL, "body" text NOT NULL, "checked_by" varchar(120) NOT NULL, "checked_on" date NULL);
CREATE TABLE "shopflow_legal_legaltextversion" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type_code" varchar(32) NOT NULL, "language" varchar(10) NOT NULL, "number" integer unsigned NOT NULL CHECK ("number" >= 0), "title" varchar(255) NOT NULL, "html" text NOT NULL, "sha256" varchar(64) NOT NULL, "valid_from" datetime NOT NULL, CONSTRAINT "sf_legal_version_number" UNIQUE ("type_code", "language", "number"));
CREATE TABLE "shopflow_legal_legaltextfile" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "storage_name" varchar(200) NOT NULL, "sha256" varchar(64) NOT NULL, "size" integer unsigned NOT NULL CHECK ("size" >= 0), "version_id" bigint NOT NULL UNIQUE REFERENCES "shopflow_legal_legaltextversion" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_legal_withdrawaldeclaration" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "token" char(32) NOT NULL UNIQUE, "submission_key" varchar(64) NOT NULL UNIQUE, "name" varchar(200) NOT NULL, "contract" varchar(500) NOT NULL, "email" varchar(254) NOT NULL, "scope" text NOT NULL, "statement" text NOT NULL, "sha256" varchar(64) NOT NULL, "channel" varchar(10) NOT NULL, "received_at" datetime NOT NULL, "recorded_at" datetime NOT NULL, "language" varchar(10) NOT NULL, "match" varchar(20) NOT NULL, "suspicion" varchar(80) NOT NULL, "order_id" bigint NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "recorded_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_legal_withdrawalhandling" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "state" varchar(10) NOT NULL, "note" text NOT NULL, "changed_at" datetime NOT NULL, "declaration_id" bigint NOT NULL UNIQUE REFERENCES "shopflow_legal_withdrawaldeclaration" ("id") DEFERRABLE INITIALLY DEFERRED, "order_id" bigint NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_legal_orderlegaltext" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "version_id" bigint NOT NULL REFERENCES "shopflow_legal_legaltextversion" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_order_legal_text_once" UNIQUE ("order_id", "version_id"));
CREATE TABLE "shopflow_mailing_mailsettings" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "sender_name" varchar(100) NOT NULL, "sender_address" varchar(254) NOT NULL, "reply_to" varchar(254) NOT NULL, CONSTRAINT "sf_mail_settings_single_row" CHECK ("id" = 1));
CREATE TABLE "shopflow_mailing_message" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "dedupe_key" varchar(200) NOT NULL UNIQUE, "message_id" varchar(200) NOT NULL UNIQUE, "template" varchar(64) NOT NULL, "mail_class" varchar(16) NOT NULL, "purpose" varchar(32) NOT NULL, "basis" varchar(32) NOT NULL, "to_email" varchar(254) NOT NULL, "email_hash" varchar(64) NOT NULL, "language" varchar(8) NOT NULL, "subject" varchar(255) NOT NULL, "html" text NOT NULL, "text" text NOT NULL, "attachments" text NOT NULL CHECK ((JSON_VALID("attachments") OR "attachments" IS NULL)), "reference" varchar(64) NOT NULL, "state" varchar(12) NOT NULL, "skip_code" varchar(32) NOT NULL, "attempts" smallint unsigned NOT NULL CHECK ("attempts" >= 0), "due_at" datetime NULL, "lease_until" datetime NULL, "last_error" text NOT NULL, "notes" text NOT NULL CHECK ((JSON_VALID("notes") OR "notes" IS NULL)), "provider_id" varchar(200) NOT NULL, "delivery_state" varchar(16) NOT NULL, "created_at" datetime NOT NULL, "submitted_at" datetime NULL, "accepted_at" datetime NULL, CONSTRAINT "sf_message_due_known" CHECK ((NOT ("state" IN ('planned', 'deferred')) OR "due_at" IS NOT NULL)), CONSTRAINT "sf_message_advertising_has_basis" CHECK ((NOT ("mail_class" = 'advertising') OR (NOT ("purpose" = '') AND NOT ("basis" = '')))), CONSTRAINT "sf_message_skip_has_code" CHECK ((("state" = 'skipped' AND NOT ("skip_code" = '')) OR (NOT ("state" = 'skipped') AND "skip_code" = ''))), CONSTRAINT "sf_message_accepted_has_time" CHECK ((("state" = 'accepted' AND "accepted_at" IS NOT NULL) OR (NOT ("state" = 'accepted') AND "accepted_at" IS NULL))));
CREATE TABLE "shopflow_mailing_suppression" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "email_hash" varchar(64) NOT NULL, "scope" varchar(32) NOT NULL, "reason" varchar(16) NOT NULL, "source" varchar(200) NOT NULL, "created_at" datetime NOT NULL, CONSTRAINT "sf_suppression_once" UNIQUE ("email_hash", "scope", "reason"));
CREATE TABLE "shopflow_ordering_basketactivity" ("basket_id" bigint NOT NULL PRIMARY KEY REFERENCES "basket_basket" ("id") DEFERRABLE INITIALLY DEFERRED, "email" varchar(254) NOT NULL, "touched_at" datetime NOT NULL, "announced_at" datetime NULL);
CREATE TABLE "shopflow_ordering_orderagreement" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "chain" varchar(96) NOT NULL, "position" integer unsigned NOT NULL CHECK ("position" >= 0), "content" text NOT NULL CHECK ((JSON_VALID("content") OR "content" IS NULL)), "previous_hash" varchar(64) NOT NULL, "hash" varchar(64) NOT NULL UNIQUE, "recorded_at" datetime NOT NULL, "gate" varchar(64) NOT NULL, "key" varchar(64) NOT NULL, "accepted" bool NOT NULL, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "orderagreement_position" UNIQUE ("chain", "position"), CONSTRAINT "sf_agreement_once" UNIQUE ("order_id", "gate", "key"));
CREATE TABLE "shopflow_ordering_orderattempt" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "reference" varchar(32) NOT NULL UNIQUE, "order_number" varchar(32) NOT NULL UNIQUE, "email" varchar(254) NOT NULL, "state" varchar(12) NOT NULL, "payment_method" varchar(64) NOT NULL, "provider_reference" varchar(128) NOT NULL, "message" text NOT NULL, "total_cents" bigint unsigned NOT NULL CHECK ("total_cents" >= 0), "currency" varchar(3) NOT NULL, "submission" text NOT NULL CHECK ((JSON_VALID("submission") OR "submission" IS NULL)), "created_at" datetime NOT NULL, "expires_at" datetime NOT NULL, "lease_until" datetime NULL, "finished_at" datetime NULL, "basket_id" bigint NOT NULL REFERENCES "basket_basket" ("id") DEFERRABLE INITIALLY DEFERRED, "order_id" bigint NULL UNIQUE REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_attempt_placed_has_order" CHECK ((("order_id" IS NOT NULL AND "state" = 'placed') OR (NOT ("state" = 'placed') AND "order_id" IS NULL))));
CREATE TABLE "shopflow_ordering_stockreservation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "state" varchar(8) NOT NULL, "attempt_id" bigint NOT NULL REFERENCES "shopflow_ordering_orderattempt" ("id") DEFERRABLE INITIALLY DEFERRED, "stockrecord_id" bigint NOT NULL REFERENCES "partner_stockrecord" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_reservation_once" UNIQUE ("attempt_id", "stockrecord_id"), CONSTRAINT "sf_reservation_positive" CHECK ("quantity" > 0));
CREATE TABLE "shopflow_payments_gatewaypayment" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "variant" varchar(255) NOT NULL, "status" varchar(10) NOT NULL, "fraud_status" varchar(10) NOT NULL, "fraud_message" text NOT NULL, "created" datetime NOT NULL, "modified" datetime NOT NULL, "transaction_id" varchar(255) NOT NULL, "currency" varchar(10) NOT NULL, "total" decimal NOT NULL, "delivery" decimal NOT NULL, "tax" decimal NOT NULL, "description" text NOT NULL, "billing_first_name" varchar(256) NOT NULL, "billing_last_name" varchar(256) NOT NULL, "billing_address_1" varchar(256) NOT NULL, "billing_address_2" varchar(256) NOT NULL, "billing_city" varchar(256) NOT NULL, "billing_postcode" varchar(256) NOT NULL, "billing_country_code" varchar(2) NOT NULL, "billing_country_area" varchar(256) NOT NULL, "billing_email" varchar(254) NOT NULL, "billing_phone" varchar(128) NOT NULL, "customer_ip_address" char(39) NULL, "extra_data" text NOT NULL, "message" text NOT NULL, "token" varchar(36) NOT NULL, "captured_amount" decimal NOT NULL, "reference" varchar(64) NOT NULL UNIQUE, "order_number" varchar(64) NOT NULL, "return_url" varchar(500) NOT NULL, "cancel_url" varchar(500) NOT NULL, "acted_at" datetime NULL);
CREATE TABLE "shopflow_payments_bankaccount" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "holder" varchar(70) NOT NULL, "iban" varchar(34) NOT NULL, "bic" varchar(11) NOT NULL, "bank_name" varchar(120) NOT NULL, "transfer_days" smallint unsigned NOT NULL CHECK ("transfer_days" >= 0), CONSTRAINT "sf_bankaccount_single_row" CHECK ("id" = 1));
CREATE TABLE "shopflow_payments_approvedbusiness" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "company" varchar(120) NOT NULL, "credit_limit" decimal NOT NULL, "term_days" smallint unsigned NOT NULL CHECK ("term_days" >= 0), "small_seller" bool NOT NULL, "is_active" bool NOT NULL, "approved_at" datetime NOT NULL, "approved_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL UNIQUE REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_business_term" CHECK (("term_days" <= 14 OR ("small_seller" AND "term_days" <= 50))), CONSTRAINT "sf_business_limit" CHECK ("credit_limit" >= '0'));
CREATE TABLE "shopflow_payments_gatewayrefund" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "amount" decimal NOT NULL, "state" varchar(8) NOT NULL, "message" text NOT NULL, "at" datetime NOT NULL, "payment_id" bigint NOT NULL REFERENCES "shopflow_payments_gatewaypayment" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_gatewayrefund_once" UNIQUE ("payment_id", "amount"), CONSTRAINT "sf_gatewayrefund_positive" CHECK ("amount" > '0'));
CREATE TABLE "shopflow_privacy_answeredrequest" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(8) NOT NULL, "email_hash" varchar(64) NOT NULL, "note" varchar(255) NOT NULL, "result" text NOT NULL CHECK ((JSON_VALID("result") OR "result" IS NULL)), "at" datetime NOT NULL, "answered_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shopflow_storefront_searchdocument" ("product_id" bigint NOT NULL PRIMARY KEY, "title" text NOT NULL, "body" text NOT NULL);
CREATE TABLE "shopflow_storefront_searchword" ("word" varchar(40) NOT NULL PRIMARY KEY, "documents" integer unsigned NOT NULL CHECK ("documents" >= 0));
CREATE TABLE "shopflow_storefront_listingentry" ("shelf" bigint NOT NULL, "newest" datetime NOT NULL, "title_key" varchar(80) NOT NULL, "price_cents" bigint NOT NULL, "is_available" bool NOT NULL, "brand" varchar(120) NOT NULL, "product_id" bigint NOT NULL, PRIMARY KEY ("shelf", "product_id"));
CREATE TABLE "shopflow_storefront_searchnumber" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(80) NOT NULL, "kind" varchar(20) NOT NULL, "product_id" bigint NOT NULL, CONSTRAINT "shopflow_search_number_once" UNIQUE ("product_id", "key"));
CREATE TABLE "shopflow_storefront_refreshrequest" ("id" smallint unsigned NOT NULL PRIMARY KEY CHECK ("id" >= 0), "requested_at" datetime NOT NULL, "leased_until" datetime NULL, CONSTRAINT "shopflow_refresh_request_one" CHECK ("id" = 1));
CREATE TABLE "shopflow_tax_taxsettings" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "destination_rates" bool NOT NULL, "previous_year_abroad" decimal NOT NULL, "this_year_abroad" decimal NOT NULL, "exports" bool NOT NULL, CONSTRAINT "sf_taxsettings_single_row" CHECK ("id" = 1));
CREATE TABLE "shopflow_tax_producttax" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "tax_class" varchar(16) NOT NULL, "product_id" bigint NOT NULL UNIQUE REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_producttax_class" CHECK ("tax_class" IN ('standard', 'reduced', 'ebook', 'margin')));
CREATE TABLE "shopflow_tax_vatrate" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "country" varchar(2) NOT NULL, "tax_class" varchar(16) NOT NULL, "percent" decimal NOT NULL, "valid_from" date NOT NULL, "valid_to" date NULL, "source" varchar(120) NOT NULL, "confirmed_by_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sf_vatrate_once" UNIQUE ("country", "tax_class", "valid_from"), CONSTRAINT "sf_vatrate_period" CHECK (("valid_to" IS NULL OR "valid_to" >= ("valid_from"))), CONSTRAINT "sf_vatrate_percent" CHECK (("percent" >= '0' AND "percent" < '100')));
INSERT INTO "shopflow_tax_vatrate" VALUES(1,'AT','standard',20,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(2,'BE','standard',21,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(3,'BG','standard',20,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(4,'CY','standard',19,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(5,'CZ','standard',21,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(6,'DE','standard',19,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(7,'DK','standard',25,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(8,'EE','standard',22,'2024-01-01','2025-06-30','eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(9,'EE','standard',24,'2025-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(10,'ES','standard',21,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(11,'FI','standard',24,'2021-07-01','2024-08-31','eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(12,'FI','standard',25.5,'2024-09-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(13,'FR','standard',20,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(14,'GR','standard',24,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(15,'HR','standard',25,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(16,'HU','standard',27,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(17,'IE','standard',23,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(18,'IT','standard',22,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(19,'LT','standard',21,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(20,'LU','standard',17,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(21,'LV','standard',21,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(22,'MT','standard',18,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(23,'NL','standard',21,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(24,'PL','standard',23,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(25,'PT','standard',23,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(26,'RO','standard',19,'2021-07-01','2025-07-31','eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(27,'RO','standard',21,'2025-08-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(28,'SE','standard',25,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(29,'SI','standard',22,'2021-07-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(30,'SK','standard',20,'2021-07-01','2024-12-31','eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(31,'SK','standard',23,'2025-01-01',NULL,'eu-vat-rates-data 2026-09-29 (TEDB)',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(32,'DE','reduced',7,'2021-07-01',NULL,'§ 12 (2) UStG',NULL);
INSERT INTO "shopflow_tax_vatrate" VALUES(33,'DE','ebook',7,'2021-07-01',NULL,'§ 12 (2) UStG',NULL);
CREATE TABLE "django_site" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(50) NOT NULL, "domain" varchar(100) NOT NULL UNIQUE);
INSERT INTO "django_site" VALUES(1,'example.com','example.com');
CREATE TABLE "taggit_taggeditem" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" integer NOT NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "tag_id" integer NOT NULL REFERENCES "taggit_tag" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "taggit_taggeditem_content_type_id_object_id_tag_id_4bb97a8e_uniq" UNIQUE ("content_type_id", "object_id", "tag_id"));
CREATE TABLE "taggit_tag" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL UNIQUE, "slug" varchar(100) NOT NULL UNIQUE);
CREATE TABLE "thumbnail_kvstore" ("key" varchar(200) NOT NULL PRIMARY KEY, "value" text NOT NULL);
CREATE TABLE "voucher_voucherapplication" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "order_id" bigint NOT NULL REFERENCES "order_order" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "voucher_id" bigint NOT NULL REFERENCES "voucher_voucher" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "voucher_voucher" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(128) NOT NULL UNIQUE, "usage" varchar(128) NOT NULL, "start_datetime" datetime NOT NULL, "end_datetime" datetime NOT NULL, "num_basket_additions" integer unsigned NOT NULL CHECK ("num_basket_additions" >= 0), "num_orders" integer unsigned NOT NULL CHECK ("num_orders" >= 0), "total_discount" decimal NOT NULL, "date_created" datetime NOT NULL, "voucher_set_id" bigint NULL REFERENCES "voucher_voucherset" ("id") DEFERRABLE INITIALLY DEFERRED, "name" varchar(128) NOT NULL UNIQUE);
CREATE TABLE "voucher_voucherset" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL UNIQUE, "count" integer unsigned NOT NULL CHECK ("count" >= 0), "code_length" integer NOT NULL, "description" text NOT NULL, "date_created" datetime NOT NULL, "start_datetime" datetime NOT NULL, "end_datetime" datetime NOT NULL);
CREATE TABLE "wagtailadmin_admin" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT);
CREATE TABLE "wagtailadmin_editingsession" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" varchar(255) NOT NULL, "last_seen_at" datetime NOT NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "is_editing" bool NOT NULL);
CREATE TABLE "wagtailadmin_formstate" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "data" text NOT NULL, "object_id" varchar(255) NOT NULL, "parent_object_id" varchar(255) NOT NULL, "last_updated_at" datetime NOT NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wagtaildocs_document" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(255) NOT NULL, "file" varchar(100) NOT NULL, "created_at" datetime NOT NULL, "uploaded_by_user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "collection_id" integer NOT NULL REFERENCES "wagtailcore_collection" ("id") DEFERRABLE INITIALLY DEFERRED, "file_hash" varchar(40) NOT NULL, "file_size" bigint unsigned NULL CHECK ("file_size" >= 0));
CREATE TABLE "wagtailembeds_embed" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "url" text NOT NULL, "max_width" smallint NULL, "type" varchar(10) NOT NULL, "html" text NOT NULL, "title" text NOT NULL, "author_name" text NOT NULL, "provider_name" text NOT NULL, "width" integer NULL, "height" integer NULL, "last_updated" datetime NOT NULL, "hash" varchar(32) NOT NULL UNIQUE, "thumbnail_url" text NOT NULL, "cache_until" datetime NULL);
CREATE TABLE "wagtailforms_formsubmission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "submit_time" datetime NOT NULL, "page_id" integer NOT NULL REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "form_data" text NOT NULL CHECK ((JSON_VALID("form_data") OR "form_data" IS NULL)));
CREATE TABLE "wagtailimages_rendition" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "width" integer NOT NULL, "height" integer NOT NULL, "focal_point_key" varchar(16) NOT NULL, "filter_spec" varchar(255) NOT NULL, "image_id" integer NOT NULL REFERENCES "wagtailimages_image" ("id") DEFERRABLE INITIALLY DEFERRED, "file" varchar(100) NOT NULL);
CREATE TABLE "wagtailimages_image" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(255) NOT NULL, "file" varchar(100) NOT NULL, "width" integer NOT NULL, "height" integer NOT NULL, "created_at" datetime NOT NULL, "focal_point_x" integer unsigned NULL CHECK ("focal_point_x" >= 0), "focal_point_y" integer unsigned NULL CHECK ("focal_point_y" >= 0), "focal_point_width" integer unsigned NULL CHECK ("focal_point_width" >= 0), "focal_point_height" integer unsigned NULL CHECK ("focal_point_height" >= 0), "uploaded_by_user_id" bigint NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "file_size" integer unsigned NULL CHECK ("file_size" >= 0), "collection_id" integer NOT NULL REFERENCES "wagtailcore_collection" ("id") DEFERRABLE INITIALLY DEFERRED, "file_hash" varchar(40) NOT NULL, "description" varchar(255) NOT NULL);
CREATE TABLE "wagtailredirects_redirect" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "old_path" varchar(255) NOT NULL, "is_permanent" bool NOT NULL, "redirect_link" varchar(255) NOT NULL, "redirect_page_id" integer NULL REFERENCES "wagtailcore_page" ("id") DEFERRABLE INITIALLY DEFERRED, "site_id" integer NULL REFERENCES "wagtailcore_site" ("id") DEFERRABLE INITIALLY DEFERRED, "automatically_created" bool NOT NULL, "created_at" datetime NULL, "redirect_page_route_path" varchar(255) NOT NULL);
CREATE TABLE "wagtailsearch_indexentry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" varchar(50) NOT NULL, "title_norm" real NOT NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "autocomplete" text NULL, "body" text NULL, "title" text NOT NULL);
CREATE VIRTUAL TABLE wagtailsearch_indexentry_fts USING fts5(autocomplete, body, title);
CREATE TABLE "wagtailusers_userprofile" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "submitted_notifications" bool NOT NULL, "approved_notifications" bool NOT NULL, "rejected_notifications" bool NOT NULL, "user_id" bigint NOT NULL UNIQUE REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "preferred_language" varchar(10) NOT NULL, "current_time_zone" varchar(40) NOT NULL, "avatar" varchar(100) NOT NULL, "updated_comments_notifications" bool NOT NULL, "dismissibles" text NOT NULL CHECK ((JSON_VALID("dismissibles") OR "dismissibles" IS NULL)), "theme" varchar(40) NOT NULL, "density" varchar(40) NOT NULL, "contrast" varchar(40) NOT NULL, "keyboard_shortcuts" bool NOT NULL);
CREATE TABLE "wishlists_line" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "quantity" integer unsigned NOT NULL CHECK ("quantity" >= 0), "title" varchar(255) NOT NULL, "product_id" bigint NULL REFERENCES "catalogue_product" ("id") DEFERRABLE INITIALLY DEFERRED, "wishlist_id" bigint NOT NULL REFERENCES "wishlists_wishlist" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "wishlists_wishlist" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(255) NOT NULL, "key" varchar(6) NOT NULL UNIQUE, "visibility" varchar(20) NOT NULL, "owner_id" bigint NOT NULL REFERENCES "shopflow_users_user" ("id") DEFERRABLE INITIALLY DEFERRED, "date_created" datetime NOT NULL);
CREATE TABLE "wishlists_wishlistsharedemail" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "email" varchar(254) NOT NULL, "wishlist_id" bigint NOT NULL REFERENCES "wishlists_wishlist" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE VIRTUAL TABLE shopflow_storefront_searchtext USING fts5(title, body, content='shopflow_storefront_searchdocument',
        content_rowid='product_id', tokenize="unicode61 remove_diacritics 2", prefix='2 3 4');
CREATE VIRTUAL TABLE shopflow_storefront_searchterms USING fts5vocab(shopflow_storefront_searchtext, 'col');
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES('django_migrations',403);
INSERT INTO "sqlite_sequence" VALUES('django_content_type',220);
INSERT INTO "sqlite_sequence" VALUES('auth_permission',888);
INSERT INTO "sqlite_sequence" VALUES('auth_group',3);
INSERT INTO "sqlite_sequence" VALUES('address_useraddress',0);
INSERT INTO "sqlite_sequence" VALUES('django_admin_log',0);
INSERT INTO "sqlite_sequence" VALUES('analytics_userproductview',0);
INSERT INTO "sqlite_sequence" VALUES('analytics_productrecord',0);
INSERT INTO "sqlite_sequence" VALUES('axes_accessattempt',0);
INSERT INTO "sqlite_sequence" VALUES('axes_accesslog',0);
INSERT INTO "sqlite_sequence" VALUES('order_lineprice',0);
INSERT INTO "sqlite_sequence" VALUES('offer_range',0);
INSERT INTO "sqlite_sequence" VALUES('basket_basket_vouchers',0);
INSERT INTO "sqlite_sequence" VALUES('basket_line',0);
INSERT INTO "sqlite_sequence" VALUES('basket_lineattribute',0);
INSERT INTO "sqlite_sequence" VALUES('catalogue_productrecommendation',0);
INSERT INTO "sqlite_sequence" VALUES('catalogue_option',0);
INSERT INTO "sqlite_sequence" VALUES('catalogue_productattributevalue',0);
INSERT INTO "sqlite_sequence" VALUES('catalogue_attributeoption',0);
INSERT INTO "sqlite_sequence" VALUES('catalogue_attributeoptiongroup',0);
INSERT INTO "sqlite_sequence" VALUES('catalogue_productimage',0);
INSERT INTO "sqlite_sequence" VALUES('catalogue_product',0);
INSERT INTO "sqlite_sequence" VALUES('catalogue_category',0);
INSERT INTO "sqlite_sequence" VALUES('order_communicationevent',0);
INSERT INTO "sqlite_sequence" VALUES('order_orderstatuschange',0);
INSERT INTO "sqlite_sequence" VALUES('order_paymentevent',0);
INSERT INTO "sqlite_sequence" VALUES('order_shippingevent',0);
INSERT INTO "sqlite_sequence" VALUES('communication_email',0);
INSERT INTO "sqlite_sequence" VALUES('communication_notification',0);
INSERT INTO "sqlite_sequence" VALUES('communication_communicationeventtype',0);
INSERT INTO "sqlite_sequence" VALUES('customer_productalert',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_partfitment',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_partreference',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_pricehistory',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_brand',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_partsuccession',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_goodscategory',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_vehicletype',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_currentpart',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_garagevehicle',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_partrelation',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_partvinpattern',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_publishingblock',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_parts_partrecord',0);
INSERT INTO "sqlite_sequence" VALUES('dealer_import_importfinding',0);
INSERT INTO "sqlite_sequence" VALUES('dealer_import_importrun',0);
INSERT INTO "sqlite_sequence" VALUES('dealer_import_supplier',0);
INSERT INTO "sqlite_sequence" VALUES('offer_benefit',0);
INSERT INTO "sqlite_sequence" VALUES('offer_condition',0);
INSERT INTO "sqlite_sequence" VALUES('offer_conditionaloffer',0);
INSERT INTO "sqlite_sequence" VALUES('offer_rangeproductfileupload',0);
INSERT INTO "sqlite_sequence" VALUES('order_lineattribute',0);
INSERT INTO "sqlite_sequence" VALUES('order_line',0);
INSERT INTO "sqlite_sequence" VALUES('order_order',0);
INSERT INTO "sqlite_sequence" VALUES('order_billingaddress',0);
INSERT INTO "sqlite_sequence" VALUES('order_shippingaddress',0);
INSERT INTO "sqlite_sequence" VALUES('partner_stockrecord',0);
INSERT INTO "sqlite_sequence" VALUES('partner_partner_users',0);
INSERT INTO "sqlite_sequence" VALUES('partner_partner',0);
INSERT INTO "sqlite_sequence" VALUES('partner_stockalert',0);
INSERT INTO "sqlite_sequence" VALUES('partner_partneraddress',0);
INSERT INTO "sqlite_sequence" VALUES('payment_source',0);
INSERT INTO "sqlite_sequence" VALUES('payment_transaction',0);
INSERT INTO "sqlite_sequence" VALUES('payment_sourcetype',0);
INSERT INTO "sqlite_sequence" VALUES('reviews_productreview',0);
INSERT INTO "sqlite_sequence" VALUES('shipping_orderanditemcharges_countries',0);
INSERT INTO "sqlite_sequence" VALUES('shipping_weightbased_countries',0);
INSERT INTO "sqlite_sequence" VALUES('shipping_orderanditemcharges',0);
INSERT INTO "sqlite_sequence" VALUES('shipping_weightband',0);
INSERT INTO "sqlite_sequence" VALUES('shipping_weightbased',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_automations_flowversion',3);
INSERT INTO "sqlite_sequence" VALUES('shopflow_automations_run',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_automations_runkey',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_automations_runstep',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_core_clockshift',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_core_outboxdelivery',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_delivery_digitalfile',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_delivery_accessgrant',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_delivery_lesson',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_delivery_lessonprogress',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_collection',1);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_pageviewrestriction',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_site',1);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_task',1);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_groupapprovaltask_groups',1);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_workflow',1);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_workflowtask',1);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_locale',1);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_page',2);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_comment',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_taskstate',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_workflowstate',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_modellogentry',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_pagelogentry',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_grouppagepermission',7);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_revision',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_ordering_orderattempt',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_ordering_stockreservation',0);
INSERT INTO "sqlite_sequence" VALUES('django_site',1);
INSERT INTO "sqlite_sequence" VALUES('taggit_taggeditem',0);
INSERT INTO "sqlite_sequence" VALUES('taggit_tag',0);
INSERT INTO "sqlite_sequence" VALUES('voucher_voucherapplication',0);
INSERT INTO "sqlite_sequence" VALUES('voucher_voucher',0);
INSERT INTO "sqlite_sequence" VALUES('voucher_voucherset',0);
INSERT INTO "sqlite_sequence" VALUES('auth_group_permissions',18);
INSERT INTO "sqlite_sequence" VALUES('wagtailadmin_editingsession',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailcore_groupcollectionpermission',12);
INSERT INTO "sqlite_sequence" VALUES('wagtaildocs_document',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailembeds_embed',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailforms_formsubmission',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailimages_rendition',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailimages_image',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailredirects_redirect',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailsearch_indexentry',0);
INSERT INTO "sqlite_sequence" VALUES('wagtailusers_userprofile',0);
INSERT INTO "sqlite_sequence" VALUES('wishlists_line',0);
INSERT INTO "sqlite_sequence" VALUES('wishlists_wishlist',0);
INSERT INTO "sqlite_sequence" VALUES('shopflow_tax_vatrate',33);
INSERT INTO "sqlite_sequence" VALUES('shopflow_automations_flow',3);
INSERT INTO "sqlite_sequence" VALUES('shipping_shippingrate',1);
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE UNIQUE INDEX "shopflow_user_email_once" ON "shopflow_users_user" ((LOWER("email")));
CREATE UNIQUE INDEX "shopflow_users_user_groups_user_id_group_id_71f94fdc_uniq" ON "shopflow_users_user_groups" ("user_id", "group_id");
CREATE INDEX "shopflow_users_user_groups_user_id_88ce9201" ON "shopflow_users_user_groups" ("user_id");
CREATE INDEX "shopflow_users_user_groups_group_id_1c315e48" ON "shopflow_users_user_groups" ("group_id");
CREATE UNIQUE INDEX "shopflow_users_user_user_permissions_user_id_permission_id_6acd79bc_uniq" ON "shopflow_users_user_user_permissions" ("user_id", "permission_id");
CREATE INDEX "shopflow_users_user_user_permissions_user_id_88ee0ce2" ON "shopflow_users_user_user_permissions" ("user_id");
CREATE INDEX "shopflow_users_user_user_permissions_permission_id_0bdeabe1" ON "shopflow_users_user_user_permissions" ("permission_id");
CREATE INDEX "address_country_display_order_dc88cde8" ON "address_country" ("display_order");
CREATE INDEX "address_country_is_shipping_country_f7b6c461" ON "address_country" ("is_shipping_country");
CREATE INDEX "address_country_printable_name_450b016c" ON "address_country" ("printable_name");
CREATE UNIQUE INDEX "address_useraddress_user_id_hash_9d1738c7_uniq" ON "address_useraddress" ("user_id", "hash");
CREATE INDEX "address_useraddress_hash_e0a6b290" ON "address_useraddress" ("hash");
CREATE INDEX "address_useraddress_country_id_fa26a249" ON "address_useraddress" ("country_id");
CREATE INDEX "address_useraddress_user_id_6edf0244" ON "address_useraddress" ("user_id");
CREATE INDEX "django_admin_log_content_type_id_c4bce8eb" ON "django_admin_log" ("content_type_id");
CREATE INDEX "django_admin_log_user_id_c564eba6" ON "django_admin_log" ("user_id");
CREATE UNIQUE INDEX "catalogue_productcategory_product_id_category_id_8f0dbfe2_uniq" ON "catalogue_productcategory" ("product_id", "category_id");
CREATE INDEX "catalogue_productattribute_code_9ffea293" ON "catalogue_productattribute" ("code");
CREATE INDEX "catalogue_productattribute_option_group_id_6b422dc2" ON "catalogue_productattribute" ("option_group_id");
CREATE INDEX "catalogue_productcategory_category_id_176db535" ON "catalogue_productcategory" ("category_id");
CREATE INDEX "catalogue_productcategory_product_id_846a4061" ON "catalogue_productcategory" ("product_id");
CREATE UNIQUE INDEX "catalogue_productclass_options_productclass_id_option_id_2266c635_uniq" ON "catalogue_productclass_options" ("productclass_id", "option_id");
CREATE INDEX "catalogue_productclass_options_productclass_id_732df4c8" ON "catalogue_productclass_options" ("productclass_id");
CREATE INDEX "catalogue_productclass_options_option_id_b099542c" ON "catalogue_productclass_options" ("option_id");
CREATE INDEX "catalogue_productattribute_product_class_id_7af808ec" ON "catalogue_productattribute" ("product_class_id");
CREATE UNIQUE INDEX "catalogue_product_product_options_product_id_option_id_9b3abb31_uniq" ON "catalogue_product_product_options" ("product_id", "option_id");
CREATE INDEX "catalogue_product_product_options_product_id_ad2b46bd" ON "catalogue_product_product_options" ("product_id");
CREATE INDEX "catalogue_product_product_options_option_id_ff470e13" ON "catalogue_product_product_options" ("option_id");
CREATE INDEX "analytics_userrecord_num_orders_b352ffd1" ON "analytics_userrecord" ("num_orders");
CREATE INDEX "analytics_userrecord_num_order_lines_97cc087f" ON "analytics_userrecord" ("num_order_lines");
CREATE INDEX "analytics_userrecord_num_order_items_fb2a8304" ON "analytics_userrecord" ("num_order_items");
CREATE INDEX "analytics_usersearch_query_ad36478b" ON "analytics_usersearch" ("query");
CREATE INDEX "analytics_usersearch_user_id_1775992d" ON "analytics_usersearch" ("user_id");
CREATE INDEX "analytics_userproductview_product_id_a55b87ad" ON "analytics_userproductview" ("product_id");
CREATE INDEX "analytics_userproductview_user_id_5e49a8b1" ON "analytics_userproductview" ("user_id");
CREATE INDEX "analytics_productrecord_num_purchases_405301a0" ON "analytics_productrecord" ("num_purchases");
CREATE INDEX "axes_accessattempt_user_agent_ad89678b" ON "axes_accessattempt" ("user_agent");
CREATE INDEX "axes_accessattempt_ip_address_10922d9c" ON "axes_accessattempt" ("ip_address");
CREATE INDEX "axes_accessattempt_username_3f2d4ca0" ON "axes_accessattempt" ("username");
CREATE UNIQUE INDEX "axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq" ON "axes_accessattempt" ("username", "ip_address", "user_agent");
CREATE INDEX "axes_accessfailurelog_user_agent_ea145dda" ON "axes_accessfailurelog" ("user_agent");
CREATE INDEX "axes_accessfailurelog_ip_address_2e9f5a7f" ON "axes_accessfailurelog" ("ip_address");
CREATE INDEX "axes_accessfailurelog_username_a8b7e8a4" ON "axes_accessfailurelog" ("username");
CREATE INDEX "axes_accesslog_user_agent_0e659004" ON "axes_accesslog" ("user_agent");
CREATE INDEX "axes_accesslog_ip_address_86b417e5" ON "axes_accesslog" ("ip_address");
CREATE INDEX "axes_accesslog_username_df93064b" ON "axes_accesslog" ("username");
CREATE INDEX "basket_basket_owner_id_3a018de5" ON "basket_basket" ("owner_id");
CREATE UNIQUE INDEX "order_shippingeventquantity_event_id_line_id_91687107_uniq" ON "order_shippingeventquantity" ("event_id", "line_id");
CREATE INDEX "order_orderdiscount_offer_name_706d6119" ON "order_orderdiscount" ("offer_name");
CREATE INDEX "order_orderdiscount_voucher_code_6ee4f360" ON "order_orderdiscount" ("voucher_code");
CREATE INDEX "order_orderdiscount_order_id_bc91e123" ON "order_orderdiscount" ("order_id");
CREATE INDEX "order_ordernote_order_id_7d97583d" ON "order_ordernote" ("order_id");
CREATE INDEX "order_ordernote_user_id_48d7a672" ON "order_ordernote" ("user_id");
CREATE INDEX "order_paymenteventquantity_event_id_a540165a" ON "order_paymenteventquantity" ("event_id");
CREATE INDEX "order_paymenteventquantity_line_id_df44b021" ON "order_paymenteventquantity" ("line_id");
CREATE INDEX "order_shippingeventquantity_event_id_1c7fb9c7" ON "order_shippingeventquantity" ("event_id");
CREATE INDEX "order_shippingeventquantity_line_id_3b089ee0" ON "order_shippingeventquantity" ("line_id");
CREATE UNIQUE INDEX "order_paymenteventquantity_event_id_line_id_765c5209_uniq" ON "order_paymenteventquantity" ("event_id", "line_id");
CREATE INDEX "order_lineprice_line_id_2de52446" ON "order_lineprice" ("line_id");
CREATE INDEX "order_lineprice_order_id_66792e56" ON "order_lineprice" ("order_id");
CREATE UNIQUE INDEX "offer_rangeproduct_range_id_product_id_c46b1be8_uniq" ON "offer_rangeproduct" ("range_id", "product_id");
CREATE UNIQUE INDEX "offer_range_classes_range_id_productclass_id_28eeefae_uniq" ON "offer_range_classes" ("range_id", "productclass_id");
CREATE INDEX "offer_range_classes_range_id_7d3e573e" ON "offer_range_classes" ("range_id");
CREATE INDEX "offer_range_classes_productclass_id_6f6de46d" ON "offer_range_classes" ("productclass_id");
CREATE UNIQUE INDEX "offer_range_excluded_products_range_id_product_id_eb1cfe87_uniq" ON "offer_range_excluded_products" ("range_id", "product_id");
CREATE INDEX "offer_range_excluded_products_range_id_cce4a032" ON "offer_range_excluded_products" ("range_id");
CREATE INDEX "offer_range_excluded_products_product_id_78c49bfc" ON "offer_range_excluded_products" ("product_id");
CREATE UNIQUE INDEX "offer_range_included_categories_range_id_category_id_a661d336_uniq" ON "offer_range_included_categories" ("range_id", "category_id");
CREATE INDEX "offer_range_included_categories_range_id_1b616138" ON "offer_range_included_categories" ("range_id");
CREATE INDEX "offer_range_included_categories_category_id_c61569a5" ON "offer_range_included_categories" ("category_id");
CREATE INDEX "offer_rangeproduct_product_id_723b3ea3" ON "offer_rangeproduct" ("product_id");
CREATE INDEX "offer_rangeproduct_range_id_ee358495" ON "offer_rangeproduct" ("range_id");
CREATE UNIQUE INDEX "voucher_voucher_offers_voucher_id_conditionaloffer_id_01628a7f_uniq" ON "voucher_voucher_offers" ("voucher_id", "conditionaloffer_id");
CREATE INDEX "voucher_voucher_offers_voucher_id_7f9c575d" ON "voucher_voucher_offers" ("voucher_id");
CREATE INDEX "voucher_voucher_offers_conditionaloffer_id_f9682bfb" ON "voucher_voucher_offers" ("conditionaloffer_id");
CREATE UNIQUE INDEX "basket_basket_vouchers_basket_id_voucher_id_0731eee2_uniq" ON "basket_basket_vouchers" ("basket_id", "voucher_id");
CREATE INDEX "basket_basket_vouchers_basket_id_f857c2f8" ON "basket_basket_vouchers" ("basket_id");
CREATE INDEX "basket_basket_vouchers_voucher_id_c2b66981" ON "basket_basket_vouchers" ("voucher_id");
CREATE UNIQUE INDEX "basket_line_basket_id_line_reference_8977e974_uniq" ON "basket_line" ("basket_id", "line_reference");
CREATE INDEX "basket_line_line_reference_08e91113" ON "basket_line" ("line_reference");
CREATE INDEX "basket_line_date_created_eb0dfb1b" ON "basket_line" ("date_created");
CREATE INDEX "basket_line_basket_id_b615c905" ON "basket_line" ("basket_id");
CREATE INDEX "basket_line_product_id_303d743e" ON "basket_line" ("product_id");
CREATE INDEX "basket_line_stockrecord_id_7039d8a4" ON "basket_line" ("stockrecord_id");
CREATE INDEX "basket_line_date_updated_a74d069d" ON "basket_line" ("date_updated");
CREATE INDEX "basket_lineattribute_line_id_c41e0cdf" ON "basket_lineattribute" ("line_id");
CREATE INDEX "basket_lineattribute_option_id_9387a3f7" ON "basket_lineattribute" ("option_id");
CREATE UNIQUE INDEX "catalogue_productattributevalue_value_multi_option_productattributevalue_id_attributeoption_id_a1760824_uniq" ON "catalogue_productattributevalue_value_multi_option" ("productattributevalue_id", "attributeoption_id");
CREATE INDEX "catalogue_productattributevalue_value_multi_option_productattributevalue_id_9c7c031e" ON "catalogue_productattributevalue_value_multi_option" ("productattributevalue_id");
CREATE INDEX "catalogue_productattributevalue_value_multi_option_attributeoption_id_962b600b" ON "catalogue_productattributevalue_value_multi_option" ("attributeoption_id");
CREATE UNIQUE INDEX "catalogue_productrecommendation_primary_id_recommendation_id_da1fdf43_uniq" ON "catalogue_productrecommendation" ("primary_id", "recommendation_id");
CREATE INDEX "catalogue_productrecommendation_primary_id_6e51a55c" ON "catalogue_productrecommendation" ("primary_id");
CREATE INDEX "catalogue_productrecommendation_recommendation_id_daf8ae95" ON "catalogue_productrecommendation" ("recommendation_id");
CREATE INDEX "catalogue_productrecommendation_ranking_e7a0f7fd" ON "catalogue_productrecommendation" ("ranking");
CREATE INDEX "catalogue_option_name_7b84926d" ON "catalogue_option" ("name");
CREATE UNIQUE INDEX "catalogue_productattributevalue_attribute_id_product_id_1e8e7112_uniq" ON "catalogue_productattributevalue" ("attribute_id", "product_id");
CREATE INDEX "catalogue_productattributevalue_value_integer_55fbb7d6" ON "catalogue_productattributevalue" ("value_integer");
CREATE INDEX "catalogue_productattributevalue_value_float_5ef8d3db" ON "catalogue_productattributevalue" ("value_float");
CREATE INDEX "catalogue_productattributevalue_value_date_d18775c1" ON "catalogue_productattributevalue" ("value_date");
CREATE INDEX "catalogue_productattributevalue_attribute_id_0287c1e7" ON "catalogue_productattributevalue" ("attribute_id");
CREATE INDEX "catalogue_productattributevalue_entity_content_type_id_f7186ab5" ON "catalogue_productattributevalue" ("entity_content_type_id");
CREATE INDEX "catalogue_productattributevalue_product_id_a03cd90e" ON "catalogue_productattributevalue" ("product_id");
CREATE INDEX "catalogue_productattributevalue_value_option_id_21026066" ON "catalogue_productattributevalue" ("value_option_id");
CREATE INDEX "catalogue_productattributevalue_value_datetime_b474ac38" ON "catalogue_productattributevalue" ("value_datetime");
CREATE INDEX "catalogue_productattributevalue_value_boolean_c5b0d66a" ON "catalogue_productattributevalue" ("value_boolean");
CREATE UNIQUE INDEX "catalogue_productattribute_code_product_class_id_82f69012_uniq" ON "catalogue_productattribute" ("code", "product_class_id");
CREATE INDEX "catalogue_option_option_group_id_2fd86269" ON "catalogue_option" ("option_group_id");
CREATE INDEX "catalogue_option_order_d4ee348f" ON "catalogue_option" ("order");
CREATE UNIQUE INDEX "catalogue_attributeoption_group_id_option_7a8f6c11_uniq" ON "catalogue_attributeoption" ("group_id", "option");
CREATE INDEX "catalogue_attributeoption_group_id_3d4a5e24" ON "catalogue_attributeoption" ("group_id");
CREATE INDEX "catalogue_productimage_display_order_9fa741ac" ON "catalogue_productimage" ("display_order");
CREATE INDEX "catalogue_productimage_product_id_49474fe8" ON "catalogue_productimage" ("product_id");
CREATE INDEX "catalogue_product_slug_c8e2e2b9" ON "catalogue_product" ("slug");
CREATE INDEX "catalogue_product_date_created_d66f485a" ON "catalogue_product" ("date_created");
CREATE INDEX "catalogue_product_date_updated_d3a1785d" ON "catalogue_product" ("date_updated");
CREATE INDEX "catalogue_product_product_class_id_0c6c5b54" ON "catalogue_product" ("product_class_id");
CREATE INDEX "catalogue_product_is_public_1cf798c5" ON "catalogue_product" ("is_public");
CREATE INDEX "catalogue_product_priority_983a8f56" ON "catalogue_product" ("priority");
CREATE INDEX "catalogue_product_parent_id_9bfd2382" ON "catalogue_product" ("parent_id");
CREATE INDEX "catalogue_category_name_1f342ac2" ON "catalogue_category" ("name");
CREATE INDEX "catalogue_category_slug_9635febd" ON "catalogue_category" ("slug");
CREATE INDEX "catalogue_category_ancestors_are_public_d088d0db" ON "catalogue_category" ("ancestors_are_public");
CREATE INDEX "catalogue_category_is_public_ab0536be" ON "catalogue_category" ("is_public");
CREATE INDEX "catalogue_category_exclude_from_menu_898e8583" ON "catalogue_category" ("exclude_from_menu");
CREATE INDEX "order_communicationevent_event_type_id_4bc9ee29" ON "order_communicationevent" ("event_type_id");
CREATE INDEX "order_communicationevent_order_id_94e784ac" ON "order_communicationevent" ("order_id");
CREATE INDEX "order_communicationevent_date_created_ce404d62" ON "order_communicationevent" ("date_created");
CREATE INDEX "order_orderstatuschange_order_id_43efdbe5" ON "order_orderstatuschange" ("order_id");
CREATE INDEX "order_orderstatuschange_date_created_a5107b93" ON "order_orderstatuschange" ("date_created");
CREATE INDEX "order_paymentevent_event_type_id_568c7161" ON "order_paymentevent" ("event_type_id");
CREATE INDEX "order_paymentevent_order_id_395b3e82" ON "order_paymentevent" ("order_id");
CREATE INDEX "order_paymentevent_shipping_event_id_213dcfb8" ON "order_paymentevent" ("shipping_event_id");
CREATE INDEX "order_paymentevent_date_created_05d8c079" ON "order_paymentevent" ("date_created");
CREATE INDEX "order_shippingevent_event_type_id_9f1efb20" ON "order_shippingevent" ("event_type_id");
CREATE INDEX "order_shippingevent_order_id_8c031fb6" ON "order_shippingevent" ("order_id");
CREATE INDEX "order_shippingevent_date_created_74c4a6fa" ON "order_shippingevent" ("date_created");
CREATE INDEX "customer_email_user_id_a69ad588" ON "communication_email" ("user_id");
CREATE INDEX "customer_notification_recipient_id_d99de5c8" ON "communication_notification" ("recipient_id");
CREATE INDEX "customer_notification_sender_id_affa1632" ON "communication_notification" ("sender_id");
CREATE INDEX "customer_notification_date_sent_9b6baeda" ON "communication_notification" ("date_sent");
CREATE INDEX "communication_communicationeventtype_name_45761eb9" ON "communication_communicationeventtype" ("name");
CREATE UNIQUE INDEX "reviews_vote_user_id_review_id_bb858939_uniq" ON "reviews_vote" ("user_id", "review_id");
CREATE INDEX "reviews_vote_review_id_371b2d8d" ON "reviews_vote" ("review_id");
CREATE INDEX "reviews_vote_user_id_5fb87b53" ON "reviews_vote" ("user_id");
CREATE INDEX "django_flatpage_url_41612362" ON "django_flatpage" ("url");
CREATE UNIQUE INDEX "django_flatpage_sites_flatpage_id_site_id_0d29d9d1_uniq" ON "django_flatpage_sites" ("flatpage_id", "site_id");
CREATE INDEX "django_flatpage_sites_flatpage_id_078bbc8b" ON "django_flatpage_sites" ("flatpage_id");
CREATE INDEX "django_flatpage_sites_site_id_bfd8ea84" ON "django_flatpage_sites" ("site_id");
CREATE INDEX "customer_productalert_email_e5f35f45" ON "customer_productalert" ("email");
CREATE INDEX "customer_productalert_key_a26f3bdc" ON "customer_productalert" ("key");
CREATE INDEX "customer_productalert_product_id_7e529a41" ON "customer_productalert" ("product_id");
CREATE INDEX "customer_productalert_user_id_677ad6d6" ON "customer_productalert" ("user_id");
CREATE INDEX "customer_productalert_date_created_00622b1c" ON "customer_productalert" ("date_created");
CREATE INDEX "shopflow_parts_partfitment_part_id_e79fade8" ON "shopflow_parts_partfitment" ("part_id");
CREATE INDEX "shopflow_parts_partreference_number_key_110715aa" ON "shopflow_parts_partreference" ("number_key");
CREATE INDEX "shopflow_parts_partreference_part_id_fe167622" ON "shopflow_parts_partreference" ("part_id");
CREATE INDEX "shopflow_parts_pricehistory_part_id_61442908" ON "shopflow_parts_pricehistory" ("part_id");
CREATE INDEX "sf_price_part_time" ON "shopflow_parts_pricehistory" ("part_id", "valid_from");
CREATE INDEX "shopflow_parts_vehiclemaker_name_817d73d3" ON "shopflow_parts_vehiclemaker" ("name");
CREATE INDEX "shopflow_parts_partsuccession_part_id_b8e42b4a" ON "shopflow_parts_partsuccession" ("part_id");
CREATE INDEX "shopflow_parts_partsuccession_successor_id_f58906c5" ON "shopflow_parts_partsuccession" ("successor_id");
CREATE INDEX "sf_fitment_vehicle" ON "shopflow_parts_partfitment" ("hsn", "tsn", "part_id");
CREATE INDEX "shopflow_parts_brand_manufacturer_id_78dd9184" ON "shopflow_parts_brand" ("manufacturer_id");
CREATE UNIQUE INDEX "shopflow_parts_partdocument_parts_partdocument_id_partrecord_id_55e082b4_uniq" ON "shopflow_parts_partdocument_parts" ("partdocument_id", "partrecord_id");
CREATE INDEX "shopflow_parts_partdocument_parts_partdocument_id_99667750" ON "shopflow_parts_partdocument_parts" ("partdocument_id");
CREATE INDEX "shopflow_parts_partdocument_parts_partrecord_id_9977923c" ON "shopflow_parts_partdocument_parts" ("partrecord_id");
CREATE INDEX "shopflow_parts_currentpart_current_id_82b98404" ON "shopflow_parts_currentpart" ("current_id");
CREATE INDEX "shopflow_parts_currentpart_part_id_dd3f4b96" ON "shopflow_parts_currentpart" ("part_id");
CREATE INDEX "shopflow_parts_garagevehicle_user_id_fa7d63c4" ON "shopflow_parts_garagevehicle" ("user_id");
CREATE INDEX "shopflow_parts_partrelation_part_id_c0294dd7" ON "shopflow_parts_partrelation" ("part_id");
CREATE INDEX "shopflow_parts_partrelation_related_id_848d8809" ON "shopflow_parts_partrelation" ("related_id");
CREATE INDEX "shopflow_parts_partvinpattern_part_id_3679e2f8" ON "shopflow_parts_partvinpattern" ("part_id");
CREATE INDEX "sf_vin_prefix" ON "shopflow_parts_partvinpattern" ("prefix", "part_id");
CREATE INDEX "shopflow_parts_publishingblock_part_id_ac9e7ba5" ON "shopflow_parts_publishingblock" ("part_id");
CREATE INDEX "sf_block_requirement" ON "shopflow_parts_publishingblock" ("requirement", "part_id");
CREATE INDEX "shopflow_parts_partrecord_number_key_f60a0bbf" ON "shopflow_parts_partrecord" ("number_key");
CREATE INDEX "shopflow_parts_partrecord_brand_id_3e0d9f5d" ON "shopflow_parts_partrecord" ("brand_id");
CREATE INDEX "shopflow_parts_partrecord_imported_category_id_a1cd021c" ON "shopflow_parts_partrecord" ("imported_category_id");
CREATE INDEX "shopflow_parts_partrecord_manufacturer_id_33a0c117" ON "shopflow_parts_partrecord" ("manufacturer_id");
CREATE INDEX "sf_part_source" ON "shopflow_parts_partrecord" ("source");
CREATE INDEX "di_origin_due" ON "dealer_import_importorigin" ("due_at") WHERE "enabled";
CREATE INDEX "dealer_import_profiledraft_run_id_b906a598" ON "dealer_import_profiledraft" ("run_id");
CREATE INDEX "dealer_import_profiledraft_started_by_id_72d5ddc1" ON "dealer_import_profiledraft" ("started_by_id");
CREATE UNIQUE INDEX "di_received_content_once" ON "dealer_import_receivedfile" ("source", "sha256", "profile_version") WHERE "state" = 'taken';
CREATE INDEX "dealer_import_receivedfile_origin_id_d5bda4d1" ON "dealer_import_receivedfile" ("origin_id");
CREATE INDEX "dealer_import_receivedfile_run_id_5ad4f84d" ON "dealer_import_receivedfile" ("run_id");
CREATE INDEX "di_received_at" ON "dealer_import_receivedfile" ("received_at");
CREATE INDEX "dealer_import_profileversion_saved_by_id_5652a3c9" ON "dealer_import_profileversion" ("saved_by_id");
CREATE INDEX "dealer_import_profileversion_profile_id_4fbdc6a8" ON "dealer_import_profileversion" ("profile_id");
CREATE INDEX "dealer_import_importfinding_run_id_a2945d7d" ON "dealer_import_importfinding" ("run_id");
CREATE INDEX "dealer_import_importfinding_corrected_by_id_a16b6e96" ON "dealer_import_importfinding" ("corrected_by_id");
CREATE INDEX "di_finding_run_code" ON "dealer_import_importfinding" ("run_id", "severity", "code");
CREATE INDEX "dealer_import_importrun_decided_by_id_51f49f1b" ON "dealer_import_importrun" ("decided_by_id");
CREATE INDEX "dealer_import_importrun_started_by_id_460f9cb9" ON "dealer_import_importrun" ("started_by_id");
CREATE INDEX "dealer_import_importrun_corrects_id_5b983866" ON "dealer_import_importrun" ("corrects_id");
CREATE INDEX "di_run_source_outcome" ON "dealer_import_importrun" ("source", "outcome");
CREATE INDEX "dealer_import_parallelrun_started_by_id_13f90724" ON "dealer_import_parallelrun" ("started_by_id");
CREATE INDEX "di_undo_run_field" ON "dealer_import_undoentry" ("run_id", "field");
CREATE INDEX "dealer_import_fieldowner_part_id_b7704fec" ON "dealer_import_fieldowner" ("part_id");
CREATE INDEX "dealer_import_fieldowner_set_by_id_35d9b65c" ON "dealer_import_fieldowner" ("set_by_id");
CREATE UNIQUE INDEX "di_price_once_a_day" ON "dealer_import_scheduledprice" ("part_id", "valid_from") WHERE "switched_at" IS NULL;
CREATE INDEX "dealer_import_scheduledprice_part_id_6ddb49b8" ON "dealer_import_scheduledprice" ("part_id");
CREATE INDEX "dealer_import_scheduledprice_run_id_ea91efb9" ON "dealer_import_scheduledprice" ("run_id");
CREATE INDEX "di_price_due" ON "dealer_import_scheduledprice" ("valid_from") WHERE "switched_at" IS NULL;
CREATE UNIQUE INDEX "dealer_import_supplier_brands_supplier_id_brand_id_d1ce10c9_uniq" ON "dealer_import_supplier_brands" ("supplier_id", "brand_id");
CREATE INDEX "dealer_import_supplier_brands_supplier_id_1556e1ff" ON "dealer_import_supplier_brands" ("supplier_id");
CREATE INDEX "dealer_import_supplier_brands_brand_id_034b448b" ON "dealer_import_supplier_brands" ("brand_id");
CREATE INDEX "dealer_import_supplierorder_sent_by_id_5ca1544f" ON "dealer_import_supplierorder" ("sent_by_id");
CREATE INDEX "dealer_import_supplierorder_supplier_id_1ac8e510" ON "dealer_import_supplierorder" ("supplier_id");
CREATE INDEX "offer_benefit_range_id_ab19c5ab" ON "offer_benefit" ("range_id");
CREATE INDEX "offer_condition_range_id_b023a2aa" ON "offer_condition" ("range_id");
CREATE INDEX "offer_conditionaloffer_benefit_id_f43f68b5" ON "offer_conditionaloffer" ("benefit_id");
CREATE INDEX "offer_conditionaloffer_condition_id_e6baa945" ON "offer_conditionaloffer" ("condition_id");
CREATE INDEX "offer_conditionaloffer_priority_4c2fc582" ON "offer_conditionaloffer" ("priority");
CREATE UNIQUE INDEX "offer_conditionaloffer_combinations_from_conditionaloffer_id_to_conditionaloffer_id_2e3e9ffe_uniq" ON "offer_conditionaloffer_combinations" ("from_conditionaloffer_id", "to_conditionaloffer_id");
CREATE INDEX "offer_conditionaloffer_combinations_from_conditionaloffer_id_85c3bd9f" ON "offer_conditionaloffer_combinations" ("from_conditionaloffer_id");
CREATE INDEX "offer_conditionaloffer_combinations_to_conditionaloffer_id_ae993478" ON "offer_conditionaloffer_combinations" ("to_conditionaloffer_id");
CREATE INDEX "offer_rangeproductfileupload_date_uploaded_f0a4f9ae" ON "offer_rangeproductfileupload" ("date_uploaded");
CREATE INDEX "offer_rangeproductfileupload_range_id_c055ebf8" ON "offer_rangeproductfileupload" ("range_id");
CREATE INDEX "offer_rangeproductfileupload_uploaded_by_id_c01a3250" ON "offer_rangeproductfileupload" ("uploaded_by_id");
CREATE UNIQUE INDEX "offer_range_excluded_categories_range_id_category_id_2f84ef27_uniq" ON "offer_range_excluded_categories" ("range_id", "category_id");
CREATE INDEX "offer_range_excluded_categories_range_id_6346945d" ON "offer_range_excluded_categories" ("range_id");
CREATE INDEX "offer_range_excluded_categories_category_id_c16fd4f7" ON "offer_range_excluded_categories" ("category_id");
CREATE INDEX "order_surcharge_order_id_5c0a94f5" ON "order_surcharge" ("order_id");
CREATE INDEX "order_lineattribute_line_id_adf6dd87" ON "order_lineattribute" ("line_id");
CREATE INDEX "order_lineattribute_option_id_b54d597c" ON "order_lineattribute" ("option_id");
CREATE INDEX "order_orderlinediscount_line_id_88fbcd4a" ON "order_orderlinediscount" ("line_id");
CREATE INDEX "order_orderlinediscount_order_discount_id_b9dfa715" ON "order_orderlinediscount" ("order_discount_id");
CREATE INDEX "order_line_order_id_b9148391" ON "order_line" ("order_id");
CREATE INDEX "order_line_partner_id_258a2fb9" ON "order_line" ("partner_id");
CREATE INDEX "order_line_product_id_e620902d" ON "order_line" ("product_id");
CREATE INDEX "order_line_stockrecord_id_1d65aff5" ON "order_line" ("stockrecord_id");
CREATE INDEX "order_order_date_placed_506a9365" ON "order_order" ("date_placed");
CREATE INDEX "order_order_basket_id_8b0acbb2" ON "order_order" ("basket_id");
CREATE INDEX "order_order_billing_address_id_8fe537cf" ON "order_order" ("billing_address_id");
CREATE INDEX "order_order_shipping_address_id_57e64931" ON "order_order" ("shipping_address_id");
CREATE INDEX "order_order_site_id_e27f3526" ON "order_order" ("site_id");
CREATE INDEX "order_order_user_id_7cf9bc2b" ON "order_order" ("user_id");
CREATE INDEX "order_billingaddress_country_id_17f57dca" ON "order_billingaddress" ("country_id");
CREATE INDEX "order_shippingaddress_country_id_29abf9a0" ON "order_shippingaddress" ("country_id");
CREATE UNIQUE INDEX "partner_stockrecord_partner_id_partner_sku_8441e010_uniq" ON "partner_stockrecord" ("partner_id", "partner_sku");
CREATE INDEX "partner_stockrecord_date_updated_e6ae5f14" ON "partner_stockrecord" ("date_updated");
CREATE INDEX "partner_stockrecord_partner_id_4155a586" ON "partner_stockrecord" ("partner_id");
CREATE INDEX "partner_stockrecord_product_id_62fd9e45" ON "partner_stockrecord" ("product_id");
CREATE UNIQUE INDEX "partner_partner_users_partner_id_user_id_9e5c0517_uniq" ON "partner_partner_users" ("partner_id", "user_id");
CREATE INDEX "partner_partner_users_partner_id_1883dfd9" ON "partner_partner_users" ("partner_id");
CREATE INDEX "partner_partner_users_user_id_d75d6e40" ON "partner_partner_users" ("user_id");
CREATE INDEX "partner_partner_name_caa0c2ee" ON "partner_partner" ("name");
CREATE INDEX "partner_stockalert_stockrecord_id_68ad503a" ON "partner_stockalert" ("stockrecord_id");
CREATE INDEX "partner_stockalert_date_created_832cf043" ON "partner_stockalert" ("date_created");
CREATE INDEX "partner_partneraddress_country_id_02c4f979" ON "partner_partneraddress" ("country_id");
CREATE INDEX "partner_partneraddress_partner_id_59551b0a" ON "partner_partneraddress" ("partner_id");
CREATE INDEX "payment_bankcard_user_id_08e1d04c" ON "payment_bankcard" ("user_id");
CREATE INDEX "payment_source_order_id_6b7f2215" ON "payment_source" ("order_id");
CREATE INDEX "payment_source_source_type_id_700828fe" ON "payment_source" ("source_type_id");
CREATE INDEX "payment_transaction_source_id_c5ac31e8" ON "payment_transaction" ("source_id");
CREATE INDEX "payment_transaction_date_created_f887f6bc" ON "payment_transaction" ("date_created");
CREATE INDEX "payment_sourcetype_name_a980e862" ON "payment_sourcetype" ("name");
CREATE UNIQUE INDEX "reviews_productreview_product_id_user_id_c4fdc4cd_uniq" ON "reviews_productreview" ("product_id", "user_id");
CREATE INDEX "reviews_productreview_delta_votes_bd8ffc87" ON "reviews_productreview" ("delta_votes");
CREATE INDEX "reviews_productreview_product_id_52e52a32" ON "reviews_productreview" ("product_id");
CREATE INDEX "reviews_productreview_user_id_8acb5ddd" ON "reviews_productreview" ("user_id");
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
CREATE UNIQUE INDEX "shipping_orderanditemcharges_countries_orderanditemcharges_id_country_id_9f0c9c8f_uniq" ON "shipping_orderanditemcharges_countries" ("orderanditemcharges_id", "country_id");
CREATE INDEX "shipping_orderanditemcharges_countries_orderanditemcharges_id_bf5bfee9" ON "shipping_orderanditemcharges_countries" ("orderanditemcharges_id");
CREATE INDEX "shipping_orderanditemcharges_countries_country_id_30387f2e" ON "shipping_orderanditemcharges_countries" ("country_id");
CREATE UNIQUE INDEX "shipping_weightbased_countries_weightbased_id_country_id_de8c5e42_uniq" ON "shipping_weightbased_countries" ("weightbased_id", "country_id");
CREATE INDEX "shipping_weightbased_countries_weightbased_id_93e3132f" ON "shipping_weightbased_countries" ("weightbased_id");
CREATE INDEX "shipping_weightbased_countries_country_id_06117384" ON "shipping_weightbased_countries" ("country_id");
CREATE INDEX "shipping_weightband_method_id_b699a1ba" ON "shipping_weightband" ("method_id");
CREATE INDEX "shipping_weightband_upper_limit_9edc5097" ON "shipping_weightband" ("upper_limit");
CREATE INDEX "sf_consent_purpose" ON "shopflow_audience_consent" ("purpose", "state");
CREATE INDEX "sf_consent_entry_person" ON "shopflow_audience_consententry" ("email_hash", "recorded_at");
CREATE INDEX "sf_consent_entry_age" ON "shopflow_audience_consententry" ("action", "recorded_at");
CREATE INDEX "shopflow_audience_contact_user_id_609639d0" ON "shopflow_audience_contact" ("user_id");
CREATE INDEX "shopflow_audience_consentrequest_contact_id_98cb0044" ON "shopflow_audience_consentrequest" ("contact_id");
CREATE INDEX "sf_consent_unconfirmed" ON "shopflow_audience_consentrequest" ("requested_at") WHERE "confirmed_at" IS NULL;
CREATE INDEX "shopflow_automations_flow_active_version_id_8060dd44" ON "shopflow_automations_flow" ("active_version_id");
CREATE INDEX "shopflow_automations_decision_flow_id_509ea79d" ON "shopflow_automations_decision" ("flow_id");
CREATE INDEX "shopflow_automations_decision_run_id_6bf0941d" ON "shopflow_automations_decision" ("run_id");
CREATE INDEX "shopflow_automations_flowversion_created_by_id_2facb436" ON "shopflow_automations_flowversion" ("created_by_id");
CREATE INDEX "shopflow_automations_flowversion_flow_id_0f2e7e0b" ON "shopflow_automations_flowversion" ("flow_id");
CREATE INDEX "sf_flow_version_trigger" ON "shopflow_automations_flowversion" ("trigger_event");
CREATE INDEX "shopflow_automations_run_flow_id_a4f37e1c" ON "shopflow_automations_run" ("flow_id");
CREATE INDEX "shopflow_automations_run_version_id_c588dda9" ON "shopflow_automations_run" ("version_id");
CREATE INDEX "sf_run_due" ON "shopflow_automations_run" ("due_at") WHERE "state" IN ('active', 'waiting');
CREATE INDEX "sf_run_flow_state" ON "shopflow_automations_run" ("flow_id", "state");
CREATE INDEX "sf_run_email" ON "shopflow_automations_run" ("email");
CREATE INDEX "sf_run_parked" ON "shopflow_automations_run" ("state") WHERE "state" = 'parked';
CREATE INDEX "sf_decision_email" ON "shopflow_automations_decision" ("email", "at");
CREATE INDEX "sf_decision_flow" ON "shopflow_automations_decision" ("flow_id", "at");
CREATE INDEX "shopflow_automations_runkey_run_id_2e337341" ON "shopflow_automations_runkey" ("run_id");
CREATE INDEX "sf_run_key_value" ON "shopflow_automations_runkey" ("field", "value");
CREATE INDEX "shopflow_automations_runstep_run_id_3e68e5fb" ON "shopflow_automations_runstep" ("run_id");
CREATE INDEX "shopflow_core_auditentry_actor_id_f4dfd139" ON "shopflow_core_auditentry" ("actor_id");
CREATE INDEX "sf_outbox_code_time" ON "shopflow_core_outboxevent" ("code", "occurred_at");
CREATE INDEX "sf_audit_object" ON "shopflow_core_auditentry" ("object_type", "object_id", "at");
CREATE INDEX "shopflow_core_outboxdelivery_event_id_34697621" ON "shopflow_core_outboxdelivery" ("event_id");
CREATE INDEX "sf_delivery_due" ON "shopflow_core_outboxdelivery" ("due_at") WHERE "state" = 'waiting';
CREATE INDEX "sf_delivery_parked" ON "shopflow_core_outboxdelivery" ("state") WHERE "state" = 'parked';
CREATE INDEX "shopflow_delivery_downloadevent_file_id_86aefa2e" ON "shopflow_delivery_downloadevent" ("file_id");
CREATE INDEX "shopflow_delivery_downloadevent_grant_id_0dbe13ae" ON "shopflow_delivery_downloadevent" ("grant_id");
CREATE INDEX "shopflow_delivery_licencekey_grant_id_ad09f798" ON "shopflow_delivery_licencekey" ("grant_id");
CREATE INDEX "shopflow_delivery_licencekey_pool_id_497cad00" ON "shopflow_delivery_licencekey" ("pool_id");
CREATE INDEX "shopflow_delivery_digitalfile_good_id_dca5898c" ON "shopflow_delivery_digitalfile" ("good_id");
CREATE UNIQUE INDEX "sf_file_one_current_edition" ON "shopflow_delivery_digitalfile" ("good_id", "label") WHERE "is_current";
CREATE INDEX "shopflow_delivery_accessgrant_order_id_9e34c23c" ON "shopflow_delivery_accessgrant" ("order_id");
CREATE INDEX "shopflow_delivery_accessgrant_user_id_abec3314" ON "shopflow_delivery_accessgrant" ("user_id");
CREATE INDEX "shopflow_delivery_accessgrant_good_id_dae7d01e" ON "shopflow_delivery_accessgrant" ("good_id");
CREATE INDEX "sf_grant_user" ON "shopflow_delivery_accessgrant" ("user_id", "id" DESC);
CREATE INDEX "sf_download_open" ON "shopflow_delivery_downloadevent" ("grant_id", "file_id", "valid_until" DESC);
CREATE INDEX "shopflow_delivery_lesson_file_id_02eb50c1" ON "shopflow_delivery_lesson" ("file_id");
CREATE INDEX "shopflow_delivery_lesson_good_id_8b8de9bc" ON "shopflow_delivery_lesson" ("good_id");
CREATE INDEX "shopflow_delivery_lessonprogress_grant_id_0673771d" ON "shopflow_delivery_lessonprogress" ("grant_id");
CREATE INDEX "shopflow_delivery_lessonprogress_lesson_id_f7cfe762" ON "shopflow_delivery_lessonprogress" ("lesson_id");
CREATE INDEX "sf_licence_key_free" ON "shopflow_delivery_licencekey" ("pool_id") WHERE "grant_id" IS NULL;
CREATE INDEX "shopflow_documents_document_order_id_32fba638" ON "shopflow_documents_document" ("order_id");
CREATE INDEX "sf_document_newest" ON "shopflow_documents_document" ("issued_at" DESC, "id" DESC);
CREATE TRIGGER "shopflow_documents_document_no_update" BEFORE UPDATE ON "shopflow_documents_document" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_documents_document are never changed or deleted'); END;
CREATE TRIGGER "shopflow_documents_document_no_delete" BEFORE DELETE ON "shopflow_documents_document" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_documents_document are never changed or deleted'); END;
CREATE UNIQUE INDEX "wagtailcore_groupcollectionpermission_group_id_collection_id_permission_id_a21cefe9_uniq" ON "wagtailcore_groupcollectionpermission" ("group_id", "collection_id", "permission_id");
CREATE INDEX "wagtailcore_groupcollectionpermission_collection_id_5423575a" ON "wagtailcore_groupcollectionpermission" ("collection_id");
CREATE INDEX "wagtailcore_groupcollectionpermission_group_id_05d61460" ON "wagtailcore_groupcollectionpermission" ("group_id");
CREATE INDEX "wagtailcore_groupcollectionpermission_permission_id_1b626275" ON "wagtailcore_groupcollectionpermission" ("permission_id");
CREATE UNIQUE INDEX "wagtailcore_pageviewrestriction_groups_pageviewrestriction_id_group_id_d23f80bb_uniq" ON "wagtailcore_pageviewrestriction_groups" ("pageviewrestriction_id", "group_id");
CREATE INDEX "wagtailcore_pageviewrestriction_groups_pageviewrestriction_id_f147a99a" ON "wagtailcore_pageviewrestriction_groups" ("pageviewrestriction_id");
CREATE INDEX "wagtailcore_pageviewrestriction_groups_group_id_6460f223" ON "wagtailcore_pageviewrestriction_groups" ("group_id");
CREATE INDEX "wagtailcore_pageviewrestriction_page_id_15a8bea6" ON "wagtailcore_pageviewrestriction" ("page_id");
CREATE INDEX "wagtailcore_collectionviewrestriction_collection_id_761908ec" ON "wagtailcore_collectionviewrestriction" ("collection_id");
CREATE UNIQUE INDEX "wagtailcore_collectionviewrestriction_groups_collectionviewrestriction_id_group_id_988995ae_uniq" ON "wagtailcore_collectionviewrestriction_groups" ("collectionviewrestriction_id", "group_id");
CREATE INDEX "wagtailcore_collectionviewrestriction_groups_collectionviewrestriction_id_47320efd" ON "wagtailcore_collectionviewrestriction_groups" ("collectionviewrestriction_id");
CREATE INDEX "wagtailcore_collectionviewrestriction_groups_group_id_1823f2a3" ON "wagtailcore_collectionviewrestriction_groups" ("group_id");
CREATE UNIQUE INDEX "wagtailcore_site_hostname_port_2c626d70_uniq" ON "wagtailcore_site" ("hostname", "port");
CREATE INDEX "wagtailcore_site_hostname_96b20b46" ON "wagtailcore_site" ("hostname");
CREATE INDEX "wagtailcore_site_root_page_id_e02fb95c" ON "wagtailcore_site" ("root_page_id");
CREATE INDEX "wagtailcore_task_content_type_id_249ab8ba" ON "wagtailcore_task" ("content_type_id");
CREATE INDEX "wagtailcore_workflowpage_workflow_id_56f56ff6" ON "wagtailcore_workflowpage" ("workflow_id");
CREATE UNIQUE INDEX "wagtailcore_workflowtask_workflow_id_task_id_4ec7a62b_uniq" ON "wagtailcore_workflowtask" ("workflow_id", "task_id");
CREATE INDEX "wagtailcore_workflowtask_task_id_ce7716fe" ON "wagtailcore_workflowtask" ("task_id");
CREATE INDEX "wagtailcore_workflowtask_workflow_id_b9717175" ON "wagtailcore_workflowtask" ("workflow_id");
CREATE UNIQUE INDEX "wagtailcore_groupapprovaltask_groups_groupapprovaltask_id_group_id_bb5ee7eb_uniq" ON "wagtailcore_groupapprovaltask_groups" ("groupapprovaltask_id", "group_id");
CREATE INDEX "wagtailcore_groupapprovaltask_groups_groupapprovaltask_id_9a9255ea" ON "wagtailcore_groupapprovaltask_groups" ("groupapprovaltask_id");
CREATE INDEX "wagtailcore_groupapprovaltask_groups_group_id_2e64b61f" ON "wagtailcore_groupapprovaltask_groups" ("group_id");
CREATE UNIQUE INDEX "wagtailcore_page_translation_key_locale_id_9b041bad_uniq" ON "wagtailcore_page" ("translation_key", "locale_id");
CREATE INDEX "wagtailcore_page_slug_e7c11b8f" ON "wagtailcore_page" ("slug");
CREATE INDEX "wagtailcore_page_content_type_id_c28424df" ON "wagtailcore_page" ("content_type_id");
CREATE INDEX "wagtailcore_page_owner_id_fbf7c332" ON "wagtailcore_page" ("owner_id");
CREATE INDEX "wagtailcore_page_first_published_at_2b5dd637" ON "wagtailcore_page" ("first_published_at");
CREATE INDEX "wagtailcore_page_live_revision_id_930bd822" ON "wagtailcore_page" ("live_revision_id");
CREATE INDEX "wagtailcore_page_locked_by_id_bcb86245" ON "wagtailcore_page" ("locked_by_id");
CREATE INDEX "wagtailcore_page_locale_id_3c7e30a6" ON "wagtailcore_page" ("locale_id");
CREATE INDEX "wagtailcore_page_alias_of_id_12945502" ON "wagtailcore_page" ("alias_of_id");
CREATE INDEX "wagtailcore_commentreply_comment_id_afc7e027" ON "wagtailcore_commentreply" ("comment_id");
CREATE INDEX "wagtailcore_commentreply_user_id_d0b3b9c3" ON "wagtailcore_commentreply" ("user_id");
CREATE UNIQUE INDEX "wagtailcore_pagesubscription_page_id_user_id_0cef73ed_uniq" ON "wagtailcore_pagesubscription" ("page_id", "user_id");
CREATE INDEX "wagtailcore_pagesubscription_page_id_a085e7a6" ON "wagtailcore_pagesubscription" ("page_id");
CREATE INDEX "wagtailcore_pagesubscription_user_id_89d7def9" ON "wagtailcore_pagesubscription" ("user_id");
CREATE INDEX "wagtailcore_comment_page_id_108444b5" ON "wagtailcore_comment" ("page_id");
CREATE INDEX "wagtailcore_comment_resolved_by_id_a282aa0e" ON "wagtailcore_comment" ("resolved_by_id");
CREATE INDEX "wagtailcore_comment_revision_created_id_1d058279" ON "wagtailcore_comment" ("revision_created_id");
CREATE INDEX "wagtailcore_comment_user_id_0c577ca6" ON "wagtailcore_comment" ("user_id");
CREATE INDEX "wagtailcore_page_latest_revision_id_e60fef51" ON "wagtailcore_page" ("latest_revision_id");
CREATE UNIQUE INDEX "wagtailcore_referenceindex_base_content_type_id_object_id_to_content_type_id_to_object_id_content_path_hash_9e6ccd6a_uniq" ON "wagtailcore_referenceindex" ("base_content_type_id", "object_id", "to_content_type_id", "to_object_id", "content_path_hash");
CREATE INDEX "wagtailcore_referenceindex_base_content_type_id_313cf40f" ON "wagtailcore_referenceindex" ("base_content_type_id");
CREATE INDEX "wagtailcore_referenceindex_content_type_id_766e0336" ON "wagtailcore_referenceindex" ("content_type_id");
CREATE INDEX "wagtailcore_referenceindex_to_content_type_id_93690bbd" ON "wagtailcore_referenceindex" ("to_content_type_id");
CREATE INDEX "wagtailcore_taskstate_content_type_id_0a758fdc" ON "wagtailcore_taskstate" ("content_type_id");
CREATE INDEX "wagtailcore_taskstate_task_id_c3677c34" ON "wagtailcore_taskstate" ("task_id");
CREATE INDEX "wagtailcore_taskstate_workflow_state_id_9239a775" ON "wagtailcore_taskstate" ("workflow_state_id");
CREATE INDEX "wagtailcore_taskstate_finished_by_id_13f98229" ON "wagtailcore_taskstate" ("finished_by_id");
CREATE INDEX "wagtailcore_taskstate_revision_id_df25a499" ON "wagtailcore_taskstate" ("revision_id");
CREATE UNIQUE INDEX "unique_in_progress_workflow" ON "wagtailcore_workflowstate" ("base_content_type_id", "object_id") WHERE "status" IN ('in_progress', 'needs_changes');
CREATE INDEX "wagtailcore_workflowstate_requested_by_id_4090bca3" ON "wagtailcore_workflowstate" ("requested_by_id");
CREATE INDEX "wagtailcore_workflowstate_workflow_id_1f18378f" ON "wagtailcore_workflowstate" ("workflow_id");
CREATE INDEX "wagtailcore_workflowstate_base_content_type_id_a30dc576" ON "wagtailcore_workflowstate" ("base_content_type_id");
CREATE INDEX "wagtailcore_workflowstate_content_type_id_2bb78ce1" ON "wagtailcore_workflowstate" ("content_type_id");
CREATE INDEX "workflowstate_ct_id_idx" ON "wagtailcore_workflowstate" ("content_type_id", "object_id");
CREATE INDEX "workflowstate_base_ct_id_idx" ON "wagtailcore_workflowstate" ("base_content_type_id", "object_id");
CREATE INDEX "wagtailcore_workflowcontenttype_workflow_id_9aad7cd2" ON "wagtailcore_workflowcontenttype" ("workflow_id");
CREATE INDEX "wagtailcore_modellogentry_action_d2d856ee" ON "wagtailcore_modellogentry" ("action");
CREATE INDEX "wagtailcore_modellogentry_timestamp_9694521b" ON "wagtailcore_modellogentry" ("timestamp");
CREATE INDEX "wagtailcore_modellogentry_content_changed_8bc39742" ON "wagtailcore_modellogentry" ("content_changed");
CREATE INDEX "wagtailcore_modellogentry_object_id_e0e7d4ef" ON "wagtailcore_modellogentry" ("object_id");
CREATE INDEX "wagtailcore_modellogentry_content_type_id_68849e77" ON "wagtailcore_modellogentry" ("content_type_id");
CREATE INDEX "wagtailcore_modellogentry_user_id_0278d1bf" ON "wagtailcore_modellogentry" ("user_id");
CREATE INDEX "wagtailcore_modellogentry_revision_id_df6ca33a" ON "wagtailcore_modellogentry" ("revision_id");
CREATE INDEX "wagtailcore_pagelogentry_action_c2408198" ON "wagtailcore_pagelogentry" ("action");
CREATE INDEX "wagtailcore_pagelogentry_timestamp_deb774c4" ON "wagtailcore_pagelogentry" ("timestamp");
CREATE INDEX "wagtailcore_pagelogentry_content_changed_99f27ade" ON "wagtailcore_pagelogentry" ("content_changed");
CREATE INDEX "wagtailcore_pagelogentry_content_type_id_74e7708a" ON "wagtailcore_pagelogentry" ("content_type_id");
CREATE INDEX "wagtailcore_pagelogentry_page_id_8464e327" ON "wagtailcore_pagelogentry" ("page_id");
CREATE INDEX "wagtailcore_pagelogentry_revision_id_8043d103" ON "wagtailcore_pagelogentry" ("revision_id");
CREATE INDEX "wagtailcore_pagelogentry_user_id_604ccfd8" ON "wagtailcore_pagelogentry" ("user_id");
CREATE INDEX "wagtailcore_grouppagepermission_group_id_fc07e671" ON "wagtailcore_grouppagepermission" ("group_id");
CREATE INDEX "wagtailcore_grouppagepermission_page_id_710b114a" ON "wagtailcore_grouppagepermission" ("page_id");
CREATE INDEX "wagtailcore_grouppagepermission_permission_id_05acb22e" ON "wagtailcore_grouppagepermission" ("permission_id");
CREATE INDEX "wagtailcore_revision_created_at_81450aa6" ON "wagtailcore_revision" ("created_at");
CREATE INDEX "wagtailcore_revision_approved_go_live_at_88d3dee5" ON "wagtailcore_revision" ("approved_go_live_at");
CREATE INDEX "wagtailcore_revision_user_id_03df83b0" ON "wagtailcore_revision" ("user_id");
CREATE INDEX "wagtailcore_revision_content_type_id_c8cb69c0" ON "wagtailcore_revision" ("content_type_id");
CREATE INDEX "wagtailcore_revision_base_content_type_id_5b4ef7bd" ON "wagtailcore_revision" ("base_content_type_id");
CREATE INDEX "content_object_idx" ON "wagtailcore_revision" ("content_type_id", "object_id");
CREATE INDEX "base_content_object_idx" ON "wagtailcore_revision" ("base_content_type_id", "object_id");
CREATE INDEX "wagtailcore_uploadedfile_for_content_type_id_b0fc87b2" ON "wagtailcore_uploadedfile" ("for_content_type_id");
CREATE INDEX "wagtailcore_uploadedfile_uploaded_by_user_id_c7580fe8" ON "wagtailcore_uploadedfile" ("uploaded_by_user_id");
CREATE UNIQUE INDEX "wagtailcore_groupsitepermission_group_id_site_id_permission_id_a58ee30d_uniq" ON "wagtailcore_groupsitepermission" ("group_id", "site_id", "permission_id");
CREATE INDEX "wagtailcore_groupsitepermission_group_id_e5cdbee4" ON "wagtailcore_groupsitepermission" ("group_id");
CREATE INDEX "wagtailcore_groupsitepermission_permission_id_459b1f38" ON "wagtailcore_groupsitepermission" ("permission_id");
CREATE INDEX "wagtailcore_groupsitepermission_site_id_245de488" ON "wagtailcore_groupsitepermission" ("site_id");
CREATE INDEX "referenceindex_source_object" ON "wagtailcore_referenceindex" ("base_content_type_id", "object_id");
CREATE INDEX "referenceindex_target_object" ON "wagtailcore_referenceindex" ("to_content_type_id", "to_object_id");
CREATE INDEX "wagtailcore_uuid_d6363b_idx" ON "wagtailcore_modellogentry" ("uuid", "action", "timestamp" DESC);
CREATE INDEX "wagtailcore_uuid_06a44d_idx" ON "wagtailcore_pagelogentry" ("uuid", "action", "timestamp" DESC);
CREATE INDEX "wagtailcore_apitoken_user_id_49b1141b" ON "wagtailcore_apitoken" ("user_id");
CREATE INDEX "sf_withdrawal_received" ON "shopflow_legal_withdrawaldeclaration" ("received_at" DESC);
CREATE INDEX "shopflow_legal_withdrawaldeclaration_order_id_8c4427f3" ON "shopflow_legal_withdrawaldeclaration" ("order_id");
CREATE INDEX "shopflow_legal_withdrawaldeclaration_recorded_by_id_0430f713" ON "shopflow_legal_withdrawaldeclaration" ("recorded_by_id");
CREATE INDEX "shopflow_legal_withdrawalhandling_order_id_d857522a" ON "shopflow_legal_withdrawalhandling" ("order_id");
CREATE INDEX "shopflow_legal_orderlegaltext_order_id_3dc01e19" ON "shopflow_legal_orderlegaltext" ("order_id");
CREATE INDEX "shopflow_legal_orderlegaltext_version_id_a59096ec" ON "shopflow_legal_orderlegaltext" ("version_id");
CREATE TRIGGER "shopflow_legal_legaltextversion_no_update" BEFORE UPDATE ON "shopflow_legal_legaltextversion" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_legal_legaltextversion are never changed or deleted'); END;
CREATE TRIGGER "shopflow_legal_legaltextversion_no_delete" BEFORE DELETE ON "shopflow_legal_legaltextversion" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_legal_legaltextversion are never changed or deleted'); END;
CREATE TRIGGER "shopflow_legal_legaltextfile_no_update" BEFORE UPDATE ON "shopflow_legal_legaltextfile" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_legal_legaltextfile are never changed or deleted'); END;
CREATE TRIGGER "shopflow_legal_legaltextfile_no_delete" BEFORE DELETE ON "shopflow_legal_legaltextfile" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_legal_legaltextfile are never changed or deleted'); END;
CREATE TRIGGER "shopflow_legal_orderlegaltext_no_update" BEFORE UPDATE ON "shopflow_legal_orderlegaltext" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_legal_orderlegaltext are never changed or deleted'); END;
CREATE TRIGGER "shopflow_legal_orderlegaltext_no_delete" BEFORE DELETE ON "shopflow_legal_orderlegaltext" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_legal_orderlegaltext are never changed or deleted'); END;
CREATE TRIGGER "shopflow_legal_withdrawaldeclaration_no_update" BEFORE UPDATE ON "shopflow_legal_withdrawaldeclaration" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_legal_withdrawaldeclaration are never changed or deleted'); END;
CREATE TRIGGER "shopflow_legal_withdrawaldeclaration_no_delete" BEFORE DELETE ON "shopflow_legal_withdrawaldeclaration" BEGIN SELECT RAISE(ABORT, 'rows of shopflow_legal_withdrawaldeclaration are never changed or deleted'); END;
CREATE INDEX "sf_message_due" ON "shopflow_mailing_message" ("due_at", "id") WHERE ("state" IN ('planned', 'deferred', 'unknown') AND "due_at" IS NOT NULL);
CREATE INDEX "sf_message_submitting" ON "shopflow_mailing_message" ("lease_until") WHERE "state" = 'submitting';
CREATE INDEX "sf_message_trouble" ON "shopflow_mailing_message" ("state", "id" DESC) WHERE "state" IN ('failed', 'unknown');
CREATE INDEX "sf_message_person" ON "shopflow_mailing_message" ("email_hash", "id" DESC);
CREATE INDEX "sf_message_reference" ON "shopflow_mailing_message" ("reference", "id" DESC) WHERE NOT ("reference" = '');
CREATE INDEX "sf_message_provider" ON "shopflow_mailing_message" ("provider_id") WHERE NOT ("provider_id" = '');
CREATE INDEX "sf_basket_idle" ON "shopflow_ordering_basketactivity" ("touched_at") WHERE "announced_at" IS NULL;
CREATE INDEX "shopflow_ordering_orderagreement_order_id_b83f9dc4" ON "shopflow_ordering_orderagreement" ("order_id");
CREATE UNIQUE INDEX "sf_attempt_live_once" ON "shopflow_ordering_orderattempt" ("basket_id") WHERE "state" IN ('reserved', 'paying', 'awaiting');
CREATE INDEX "shopflow_ordering_orderattempt_basket_id_b7a4971c" ON "shopflow_ordering_orderattempt" ("basket_id");
CREATE INDEX "shopflow_ordering_orderattempt_user_id_8c540fe6" ON "shopflow_ordering_orderattempt" ("user_id");
CREATE INDEX "sf_attempt_expiry" ON "shopflow_ordering_orderattempt" ("expires_at") WHERE "state" IN ('reserved', 'paying', 'awaiting', 'refund_due');
CREATE INDEX "shopflow_ordering_stockreservation_attempt_id_d8163491" ON "shopflow_ordering_stockreservation" ("attempt_id");
CREATE INDEX "shopflow_ordering_stockreservation_stockrecord_id_b8b666b6" ON "shopflow_ordering_stockreservation" ("stockrecord_id");
CREATE INDEX "sf_attempt_lease" ON "shopflow_ordering_orderattempt" ("lease_until") WHERE "lease_until" IS NOT NULL;
CREATE INDEX "shopflow_payments_approvedbusiness_approved_by_id_f18c1c22" ON "shopflow_payments_approvedbusiness" ("approved_by_id");
CREATE INDEX "shopflow_payments_gatewayrefund_payment_id_44f974b3" ON "shopflow_payments_gatewayrefund" ("payment_id");
CREATE INDEX "shopflow_privacy_answeredrequest_answered_by_id_f3b59278" ON "shopflow_privacy_answeredrequest" ("answered_by_id");
CREATE INDEX "sf_answered_person" ON "shopflow_privacy_answeredrequest" ("email_hash", "id" DESC);
CREATE INDEX "shopflow_storefront_listingentry_product_id_4ba589b8" ON "shopflow_storefront_listingentry" ("product_id");
CREATE INDEX "shopflow_listing_newest" ON "shopflow_storefront_listingentry" ("shelf", "newest", "product_id");
CREATE INDEX "shopflow_listing_title" ON "shopflow_storefront_listingentry" ("shelf", "title_key", "product_id");
CREATE INDEX "shopflow_listing_price" ON "shopflow_storefront_listingentry" ("shelf", "price_cents", "product_id");
CREATE INDEX "shopflow_listing_brand" ON "shopflow_storefront_listingentry" ("shelf", "brand", "newest", "product_id");
CREATE INDEX "shopflow_listing_available" ON "shopflow_storefront_listingentry" ("shelf", "newest", "product_id") WHERE "is_available";
CREATE INDEX "shopflow_storefront_searchnumber_key_dc2edd71" ON "shopflow_storefront_searchnumber" ("key");
CREATE INDEX "shopflow_storefront_searchnumber_product_id_2f373832" ON "shopflow_storefront_searchnumber" ("product_id");
CREATE INDEX "shopflow_tax_vatrate_confirmed_by_id_8fd40ffc" ON "shopflow_tax_vatrate" ("confirmed_by_id");
CREATE INDEX "taggit_taggeditem_object_id_e2d7d1df" ON "taggit_taggeditem" ("object_id");
CREATE INDEX "taggit_taggeditem_content_type_id_9957a03c" ON "taggit_taggeditem" ("content_type_id");
CREATE INDEX "taggit_taggeditem_tag_id_f4f5b767" ON "taggit_taggeditem" ("tag_id");
CREATE INDEX "taggit_tagg_content_8fc721_idx" ON "taggit_taggeditem" ("content_type_id", "object_id");
CREATE INDEX "voucher_voucherapplication_order_id_30248a05" ON "voucher_voucherapplication" ("order_id");
CREATE INDEX "voucher_voucherapplication_user_id_df53a393" ON "voucher_voucherapplication" ("user_id");
CREATE INDEX "voucher_voucherapplication_voucher_id_5204edb7" ON "voucher_voucherapplication" ("voucher_id");
CREATE INDEX "voucher_voucherapplication_date_created_2d9acdaf" ON "voucher_voucherapplication" ("date_created");
CREATE INDEX "voucher_voucher_start_datetime_bfb7df84" ON "voucher_voucher" ("start_datetime");
CREATE INDEX "voucher_voucher_end_datetime_db182297" ON "voucher_voucher" ("end_datetime");
CREATE INDEX "voucher_voucher_date_created_f3081a03" ON "voucher_voucher" ("date_created");
CREATE INDEX "voucher_voucher_voucher_set_id_17b96a54" ON "voucher_voucher" ("voucher_set_id");
CREATE INDEX "voucher_voucherset_date_created_3dd68c8e" ON "voucher_voucherset" ("date_created");
CREATE INDEX "wagtailadmin_editingsession_content_type_id_4df7730e" ON "wagtailadmin_editingsession" ("content_type_id");
CREATE INDEX "wagtailadmin_editingsession_user_id_6e1a9b70" ON "wagtailadmin_editingsession" ("user_id");
CREATE INDEX "wagtailadmi_content_717955_idx" ON "wagtailadmin_editingsession" ("content_type_id", "object_id");
CREATE INDEX "wagtailadmin_formstate_content_type_id_e32438b3" ON "wagtailadmin_formstate" ("content_type_id");
CREATE INDEX "wagtailadmin_formstate_user_id_b910adc2" ON "wagtailadmin_formstate" ("user_id");
CREATE INDEX "formstate_user_object" ON "wagtailadmin_formstate" ("user_id", "content_type_id", "object_id", "parent_object_id");
CREATE INDEX "wagtaildocs_document_uploaded_by_user_id_17258b41" ON "wagtaildocs_document" ("uploaded_by_user_id");
CREATE INDEX "wagtaildocs_document_collection_id_23881625" ON "wagtaildocs_document" ("collection_id");
CREATE INDEX "wagtailembeds_embed_cache_until_26c94bb0" ON "wagtailembeds_embed" ("cache_until");
CREATE INDEX "wagtailforms_formsubmission_page_id_e48e93e7" ON "wagtailforms_formsubmission" ("page_id");
CREATE UNIQUE INDEX "wagtailimages_rendition_image_id_filter_spec_focal_point_key_323c8fe0_uniq" ON "wagtailimages_rendition" ("image_id", "filter_spec", "focal_point_key");
CREATE INDEX "wagtailimages_rendition_filter_spec_1cba3201" ON "wagtailimages_rendition" ("filter_spec");
CREATE INDEX "wagtailimages_rendition_image_id_3e1fd774" ON "wagtailimages_rendition" ("image_id");
CREATE INDEX "wagtailimages_image_created_at_86fa6cd4" ON "wagtailimages_image" ("created_at");
CREATE INDEX "wagtailimages_image_uploaded_by_user_id_5d73dc75" ON "wagtailimages_image" ("uploaded_by_user_id");
CREATE INDEX "wagtailimages_image_collection_id_c2f8af7e" ON "wagtailimages_image" ("collection_id");
CREATE INDEX "wagtailimages_image_file_hash_fb5bbb23" ON "wagtailimages_image" ("file_hash");
CREATE UNIQUE INDEX "wagtailredirects_redirect_old_path_site_id_783622d7_uniq" ON "wagtailredirects_redirect" ("old_path", "site_id");
CREATE INDEX "wagtailredirects_redirect_old_path_bb35247b" ON "wagtailredirects_redirect" ("old_path");
CREATE INDEX "wagtailredirects_redirect_redirect_page_id_b5728a8f" ON "wagtailredirects_redirect" ("redirect_page_id");
CREATE INDEX "wagtailredirects_redirect_site_id_780a0e1e" ON "wagtailredirects_redirect" ("site_id");
CREATE UNIQUE INDEX "wagtailsearch_indexentry_content_type_id_object_id_bcd7ba73_uniq" ON "wagtailsearch_indexentry" ("content_type_id", "object_id");
CREATE INDEX "wagtailsearch_indexentry_content_type_id_62ed694f" ON "wagtailsearch_indexentry" ("content_type_id");
CREATE TRIGGER insert_wagtailsearch_indexentry_fts AFTER INSERT ON wagtailsearch_indexentry BEGIN INSERT INTO wagtailsearch_indexentry_fts(title, body, autocomplete, rowid) VALUES (NEW.title, NEW.body, NEW.autocomplete, NEW.id); END;
CREATE TRIGGER update_wagtailsearch_indexentry_fts AFTER UPDATE ON wagtailsearch_indexentry BEGIN UPDATE wagtailsearch_indexentry_fts SET title=NEW.title, body=NEW.body, autocomplete=NEW.autocomplete WHERE rowid=NEW.id; END;
CREATE TRIGGER delete_wagtailsearch_indexentry_fts AFTER DELETE ON wagtailsearch_indexentry BEGIN DELETE FROM wagtailsearch_indexentry_fts WHERE rowid=OLD.id; END;
CREATE INDEX "wishlists_line_product_id_9d6d9b37" ON "wishlists_line" ("product_id");
CREATE INDEX "wishlists_line_wishlist_id_4cffe302" ON "wishlists_line" ("wishlist_id");
CREATE UNIQUE INDEX "wishlists_line_wishlist_id_product_id_78f04673_uniq" ON "wishlists_line" ("wishlist_id", "product_id");
CREATE INDEX "wishlists_wishlist_owner_id_d5464c62" ON "wishlists_wishlist" ("owner_id");
CREATE INDEX "wishlists_wishlist_date_created_c05d5e7f" ON "wishlists_wishlist" ("date_created");
CREATE INDEX "wishlists_wishlistsharedemail_wishlist_id_d7500842" ON "wishlists_wishlistsharedemail" ("wishlist_id");
CREATE TRIGGER shopflow_search_added AFTER INSERT ON shopflow_storefront_searchdocument BEGIN INSERT INTO shopflow_storefront_searchtext(rowid, title, body) VALUES (new.product_id, new.title, new.body); END;
CREATE TRIGGER shopflow_search_gone AFTER DELETE ON shopflow_storefront_searchdocument BEGIN INSERT INTO shopflow_storefront_searchtext(shopflow_storefront_searchtext, rowid, title, body)
    VALUES ('delete', old.product_id, old.title, old.body); END;
CREATE TRIGGER shopflow_search_changed AFTER UPDATE ON shopflow_storefront_searchdocument BEGIN INSERT INTO shopflow_storefront_searchtext(shopflow_storefront_searchtext, rowid, title, body)
    VALUES ('delete', old.product_id, old.title, old.body); INSERT INTO shopflow_storefront_searchtext(rowid, title, body) VALUES (new.product_id, new.title, new.body); END;
COMMIT;
